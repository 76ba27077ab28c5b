// SPDX-License-Identifier: Apache-2.0
#include "tests/durability/powerloss.h"

#include <array>
#include <atomic>
#include <memory>
#include <optional>

namespace oneway::test {

using journal::DiskFault;
using journal::DiskOperation;
using journal::FileClass;
using journal::VolatileDisk;

namespace {

constexpr uint64_t kStepsMax = 40;  // without a cut, then it comes where it is
// Of a step. Most histories are small, so that there are many; in some every level of the database has several files.
constexpr uint64_t kFewFlowsMax = 60;
constexpr uint64_t kManyFlowsMax = 900;

// The operation at which the power goes: the n-th of those that it looks at.
struct CutPoint {
  std::optional<FileClass> file_class;      // none: any
  std::optional<DiskOperation::Kind> kind;  // none: any
  uint64_t operations_max = 1;              // n is up to so many

  bool Matches(const DiskOperation& operation) const {
    if (operation.kind == DiskOperation::Kind::kRead) return false;
    return (!file_class || operation.file_class == *file_class) && (!kind || operation.kind == *kind);
  }
};

constexpr std::array kCutPoints = {
    CutPoint{.operations_max = 1500},
    CutPoint{.operations_max = 300},
    CutPoint{.file_class = FileClass::kWal, .kind = DiskOperation::Kind::kAppend, .operations_max = 150},
    CutPoint{.file_class = FileClass::kWal, .kind = DiskOperation::Kind::kSync, .operations_max = 150},
    CutPoint{.file_class = FileClass::kWal, .kind = DiskOperation::Kind::kRemove, .operations_max = 3},
    CutPoint{.file_class = FileClass::kTable, .operations_max = 100},
    CutPoint{.file_class = FileClass::kTable, .kind = DiskOperation::Kind::kSync, .operations_max = 6},
    CutPoint{.file_class = FileClass::kTable, .kind = DiskOperation::Kind::kRemove, .operations_max = 10},
    CutPoint{.file_class = FileClass::kManifest, .operations_max = 30},
    CutPoint{.file_class = FileClass::kManifest, .kind = DiskOperation::Kind::kSync, .operations_max = 8},
    CutPoint{.file_class = FileClass::kCurrent, .operations_max = 4},
    CutPoint{.file_class = FileClass::kMark, .operations_max = 20},
    CutPoint{.file_class = FileClass::kIdentity, .operations_max = 3},
    CutPoint{.file_class = FileClass::kFolder, .operations_max = 20},
};

class PowerLoss {
 public:
  PowerLoss(uint64_t seed, uint64_t cuts)
      : history_(seed), cuts_wanted_(cuts), flows_max_(seed % 2 == 0 ? kManyFlowsMax : kFewFlowsMax) {}

  PowerLossFigures Run() {
    while (figures_.cuts < cuts_wanted_ && !history_.findings().any()) {
      if (history_.OneIn(3)) AimAt(CutPoint{.operations_max = 60});  // mostly in the start
      if (!OpenAndCheck()) continue;
      AimAt(kCutPoints[history_.UpTo(kCutPoints.size() - 1)]);
      RunUntilCut();
      Cut(false);
    }
    if (!history_.findings().any()) Finish();
    figures_.events = history_.traffic().events();
    figures_.findings = history_.findings();
    return figures_;
  }

 private:
  // False: the power went before it served.
  bool OpenAndCheck() {
    const absl::Status opened = history_.disk().Open();
    if (opened.ok() && history_.CheckAfterOpening()) return true;
    if (history_.disk().files().powered()) {
      history_.Refused(opened.ok() ? history_.disk().joiner().failure() : opened);
    }
    Cut(!opened.ok());
    return false;
  }

  void RunUntilCut() {
    for (uint64_t steps = history_.UpTo(kStepsMax); steps > 0; --steps) {
      if (!history_.Step(history_.UpTo(flows_max_))) break;
    }
    if (history_.OneIn(6)) history_.disk().Close();  // an orderly end, and then the cut
  }

  void AimAt(const CutPoint& point) {
    auto left = std::make_shared<std::atomic<int64_t>>(1 + history_.UpTo(point.operations_max - 1));
    journal::PowerFileSystem& files = history_.disk().files();
    const bool in_part = history_.OneIn(2);
    files.SetJudge([left, point, in_part, &files](const DiskOperation& operation) -> std::optional<DiskFault> {
      if (!point.Matches(operation) || --*left > 0) return std::nullopt;
      files.CutPower();
      return DiskFault{.status = rocksdb::IOStatus::IOError("the power went"), .in_part = in_part};
    });
  }

  void Cut(bool in_start) {
    journal::PowerFileSystem& files = history_.disk().files();
    files.CutPower();
    history_.disk().Close();
    const bool killed = history_.OneIn(6);
    const auto loss = killed              ? VolatileDisk::Loss::kNothing
                      : history_.OneIn(3) ? VolatileDisk::Loss::kUnsynced
                                          : VolatileDisk::Loss::kSome;
    files.SetJudge(nullptr);
    files.RestorePower(loss, history_.random());
    ++figures_.cuts;
    figures_.cuts_in_start += in_start;
    figures_.killed += killed;
  }

  void Finish() {
    const absl::Status opened = history_.disk().Open();
    if (!opened.ok()) return history_.Refused(opened);
    if (!history_.CheckAfterOpening() || !history_.Finish()) history_.Refused(history_.disk().joiner().failure());
  }

  History history_;
  const uint64_t cuts_wanted_;
  const uint64_t flows_max_;
  PowerLossFigures figures_;
};

}  // namespace

PowerLossFigures LosePowerAgainAndAgain(uint64_t seed, uint64_t cuts) {
  return PowerLoss(seed, cuts).Run();
}

}  // namespace oneway::test
