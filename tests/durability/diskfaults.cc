// SPDX-License-Identifier: Apache-2.0
#include "tests/durability/diskfaults.h"

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace oneway::test {

using journal::DiskFault;
using journal::DiskOperation;
using journal::FileClass;
using journal::VolatileDisk;
using Kind = DiskOperation::Kind;

namespace {

constexpr uint64_t kStepsMax = 30;
constexpr uint64_t kFlowsMax = 150;  // of a step
constexpr char kWord[] = "a fault of the test";

rocksdb::IOStatus NoSpace() {
  rocksdb::IOStatus status = rocksdb::IOStatus::NoSpace(kWord);
  status.SetRetryable(true);  // as RocksDB's own file system has it
  return status;
}

rocksdb::IOStatus InputOutputError() {
  return rocksdb::IOStatus::IOError(kWord);
}

// A disk that fails: from the n-th operation of that kind on.
struct FaultKind {
  const char* name;
  rocksdb::IOStatus (*status)();
  Kind operation;
  std::optional<FileClass> file_class;  // none: any
  uint64_t operations_max = 1;          // n is up to so many

  bool Matches(const DiskOperation& done) const {
    const bool is_full = operation == Kind::kAppend && done.kind == Kind::kCreate && status == NoSpace;
    return (done.kind == operation || is_full) && (!file_class || done.file_class == *file_class);
  }
};

constexpr std::array kFaultKinds = {
    FaultKind{"full disk", NoSpace, Kind::kAppend, std::nullopt, 300},
    FaultKind{"full disk, WAL", NoSpace, Kind::kAppend, FileClass::kWal, 80},
    FaultKind{"full disk, table", NoSpace, Kind::kAppend, FileClass::kTable, 40},
    FaultKind{"full disk, MANIFEST", NoSpace, Kind::kAppend, FileClass::kManifest, 10},
    FaultKind{"write error", InputOutputError, Kind::kAppend, std::nullopt, 300},
    FaultKind{"write error, WAL", InputOutputError, Kind::kAppend, FileClass::kWal, 80},
    FaultKind{"write error, table", InputOutputError, Kind::kAppend, FileClass::kTable, 40},
    FaultKind{"write error, MANIFEST", InputOutputError, Kind::kAppend, FileClass::kManifest, 10},
    FaultKind{"fsync error, WAL", InputOutputError, Kind::kSync, FileClass::kWal, 80},
    FaultKind{"fsync error, table", InputOutputError, Kind::kSync, FileClass::kTable, 6},
    FaultKind{"fsync error, MANIFEST", InputOutputError, Kind::kSync, FileClass::kManifest, 10},
    FaultKind{"fsync error, folder", InputOutputError, Kind::kSyncFolder, FileClass::kFolder, 10},
    FaultKind{"fsync error, MARK", InputOutputError, Kind::kSync, FileClass::kMark, 5},
    FaultKind{"read error, table", InputOutputError, Kind::kRead, FileClass::kTable, 60},
    FaultKind{"read error, WAL", InputOutputError, Kind::kRead, FileClass::kWal, 2},
    FaultKind{"read error, MANIFEST", InputOutputError, Kind::kRead, FileClass::kManifest, 2},
};

constexpr std::array kRottenFiles = {FileClass::kWal,   FileClass::kWal,      FileClass::kTable,
                                     FileClass::kTable, FileClass::kManifest, FileClass::kCurrent,
                                     FileClass::kMark,  FileClass::kIdentity};

const char* NameOf(FileClass file_class) {
  switch (file_class) {
    case FileClass::kWal:
      return "flipped bit, WAL";
    case FileClass::kTable:
      return "flipped bit, table";
    case FileClass::kManifest:
      return "flipped bit, MANIFEST";
    case FileClass::kCurrent:
      return "flipped bit, CURRENT";
    case FileClass::kMark:
      return "flipped bit, MARK";
    default:
      return "flipped bit, IDENTITY";
  }
}

class DiskFaults {
 public:
  DiskFaults(uint64_t seed, uint64_t faults) : history_(seed), faults_wanted_(faults) {}

  DiskFaultFigures Run() {
    Serve();
    while (figures_.faults + 1 < faults_wanted_ && !history_.findings().any()) FailOnce();
    if (!history_.findings().any()) FlipOnce();
    history_.disk().Close();
    figures_.events = history_.traffic().events();
    if (history_.findings().any()) {
      // First, for there may be many.
      auto& messages = history_.findings().messages;
      messages.insert(messages.begin(), "the last fault was: " + last_);
    }
    figures_.findings = history_.findings();
    return figures_;
  }

 private:
  journal::PowerFileSystem& files() { return history_.disk().files(); }

  // A disk in order: the joiner opens, knows everything, and takes more.
  void Serve() {
    const absl::Status opened = history_.disk().Open();
    if (!opened.ok()) return history_.Refused(opened);
    if (!history_.CheckAfterOpening() || !RunSteps()) history_.Refused(history_.disk().joiner().failure());
  }

  bool RunSteps() {
    for (uint64_t steps = history_.UpTo(kStepsMax); steps > 0; --steps) {
      if (!history_.Step(history_.UpTo(kFlowsMax))) return false;
    }
    return true;
  }

  void FailOnce() {
    const FaultKind& kind = kFaultKinds[history_.UpTo(kFaultKinds.size() - 1)];
    Count(kind.name);
    const bool in_start = kind.operation == Kind::kRead || history_.OneIn(4);
    if (in_start) EndProcess();
    // Once, or from then on.
    Arm(kind, history_.OneIn(2));
    if (in_start) {
      const absl::Status opened = history_.disk().Open();
      if (!opened.ok()) {
        CountRefused(opened);
        return Repair();
      }
      // What it serves with a disk that cannot be read may not be wrong either.
      if (!history_.CheckAfterOpening()) {
        CountStopped();
        return Repair();
      }
    }
    if (RunSteps()) {
      ++figures_.harmless;
    } else {
      CountStopped();
    }
    Repair();
  }

  void Arm(const FaultKind& kind, bool once) {
    auto left = std::make_shared<std::atomic<int64_t>>(1 + history_.UpTo(kind.operations_max - 1));
    const bool in_part = history_.OneIn(2);
    files().SetJudge([left, kind, once, in_part](const DiskOperation& operation) -> std::optional<DiskFault> {
      if (!kind.Matches(operation)) return std::nullopt;
      const int64_t now_left = --*left;
      if (now_left > 0 || (once && now_left < 0)) return std::nullopt;
      return DiskFault{.status = kind.status(), .in_part = in_part};
    });
  }

  void Repair() {
    EndProcess();
    Serve();
  }

  // It exits, or is killed, or the power goes, with the fault still there.
  void EndProcess() {
    if (history_.OneIn(2)) files().CutPower();
    history_.disk().Close();
    files().SetJudge(nullptr);
    constexpr std::array kLosses = {VolatileDisk::Loss::kNothing, VolatileDisk::Loss::kUnsynced,
                                    VolatileDisk::Loss::kSome};
    files().RestorePower(kLosses[history_.UpTo(kLosses.size() - 1)], history_.random());
  }

  void FlipOnce() {
    EndProcess();
    const FileClass file_class = kRottenFiles[history_.UpTo(kRottenFiles.size() - 1)];
    Count(NameOf(file_class));
    if (!FlipABit(file_class)) {
      ++figures_.harmless;  // no such file with a byte in it
      return;
    }
    const absl::Status opened = history_.disk().Open();
    if (!opened.ok()) return CountRefused(opened);
    if (!history_.HasAcked()) {
      ++figures_.lacking;
      return;
    }
    if (!history_.CheckAfterOpening() || !RunSteps() || !history_.Finish()) return CountStopped();
    ++figures_.harmless;
  }

  bool FlipABit(FileClass file_class) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(history_.disk().folder())) {
      const bool has_content = entry.is_regular_file() && entry.file_size() > 0;
      if (has_content && journal::ClassOf(entry.path().string()) == file_class) paths.push_back(entry.path());
    }
    if (paths.empty()) return false;
    const std::filesystem::path& path = paths[history_.UpTo(paths.size() - 1)];
    const auto at = static_cast<std::streamoff>(history_.UpTo(std::filesystem::file_size(path) - 1));
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(at);
    const int byte = file.get();
    file.seekp(at);
    const uint64_t bit = history_.UpTo(7);
    file.put(static_cast<char>(byte ^ (1 << bit)));
    absl::StrAppend(&last_, ": bit ", bit, " of byte ", static_cast<uint64_t>(at), " of ", path.filename().string());
    return file.good();
  }

  void Count(const char* kind) {
    ++figures_.faults;
    ++figures_.by_kind[kind];
    last_ = kind;
  }

  void CountStopped() {
    ++figures_.stopped;
    Explain(history_.disk().joiner().failure());
  }

  void CountRefused(const absl::Status& status) {
    ++figures_.refused;
    Explain(status);
  }

  // Rotten bytes have RocksDB's and the codecs' own words.
  void Explain(const absl::Status& status) {
    if (absl::StrContains(status.message(), kWord) || absl::IsDataLoss(status) || absl::IsFailedPrecondition(status)) {
      return;
    }
    ++figures_.unexplained;
    history_.findings().messages.push_back(absl::StrCat("unexplained: ", status.ToString()));
  }

  History history_;
  const uint64_t faults_wanted_;
  DiskFaultFigures figures_;
  std::string last_;  // fault, in words
};

}  // namespace

void DiskFaultFigures::Add(const DiskFaultFigures& other) {
  faults += other.faults;
  stopped += other.stopped;
  refused += other.refused;
  lacking += other.lacking;
  harmless += other.harmless;
  unexplained += other.unexplained;
  events += other.events;
  for (const auto& [kind, count] : other.by_kind) by_kind[kind] += count;
  findings.Add(other.findings);
}

DiskFaultFigures FailAgainAndAgain(uint64_t seed, uint64_t faults) {
  return DiskFaults(seed, faults).Run();
}

}  // namespace oneway::test
