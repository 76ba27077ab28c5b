// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/host/event_log.h"

#include <fcntl.h>
#include <glog/logging.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "tests/support/read_file.h"

namespace oneway::test::crash {
namespace {

std::string IntentsPath(const std::string& path) {
  return path + ".intents";
}
std::string AcksPath(const std::string& path) {
  return path + ".acks";
}

// The file's whole lines; nothing where there is no file.
std::string WholeLines(const std::string& path) {
  if (!std::filesystem::exists(path)) return {};
  std::string text = ReadFile(path);
  text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  return text;
}

int OpenAfterLastLine(const std::string& path) {
  const auto whole = static_cast<off_t>(WholeLines(path).size());
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  PCHECK(file >= 0) << path;
  PCHECK(::ftruncate(file, whole) == 0) << path;
  return file;
}

void Write(int file, const std::string& lines) {
  const ssize_t written = ::write(file, lines.data(), lines.size());
  PCHECK(written == static_cast<ssize_t>(lines.size()));
}

}  // namespace

EventLog::Content EventLog::Read(const std::string& path) {
  Content content;
  std::istringstream intents(WholeLines(IntentsPath(path)));
  Intent intent;
  int64_t base_nanos = 0;
  while (intents >> intent.flow >> intent.event >> base_nanos) {
    intent.base = Time(Duration(base_nanos));
    content.intents.push_back(intent);
  }
  std::istringstream acks(WholeLines(AcksPath(path)));
  Ack ack;
  int status = 0;
  while (acks >> ack.flow >> ack.event >> status) {
    ack.status = static_cast<v1::EventStatus>(status);
    content.acks.push_back(ack);
  }
  CHECK(intents.eof() && acks.eof()) << "a line of " << path << " is not one that a client host writes";
  return content;
}

EventLog::EventLog(const std::string& path)
    : intents_(OpenAfterLastLine(IntentsPath(path))), acks_(OpenAfterLastLine(AcksPath(path))) {}

EventLog::~EventLog() {
  ::close(intents_);
  ::close(acks_);
}

void EventLog::WriteIntents(const std::vector<Intent>& intents) {
  if (intents.empty()) return;
  std::ostringstream lines;
  for (const Intent& intent : intents) {
    lines << intent.flow << ' ' << intent.event << ' ' << intent.base.time_since_epoch().count() << '\n';
  }
  Write(intents_, lines.str());
  PCHECK(::fdatasync(intents_) == 0);
}

void EventLog::WriteAcks(const std::vector<Ack>& acks) {
  if (acks.empty()) return;
  std::ostringstream lines;
  for (const Ack& ack : acks) lines << ack.flow << ' ' << ack.event << ' ' << static_cast<int>(ack.status) << '\n';
  Write(acks_, lines.str());
}

}  // namespace oneway::test::crash
