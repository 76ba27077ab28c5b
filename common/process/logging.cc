// SPDX-License-Identifier: Apache-2.0
#include "common/process/logging.h"

// Debian builds glog with its own prefixes, but its header shows them only when asked.
#define GLOG_CUSTOM_PREFIX_SUPPORT
#include <glog/logging.h>

#include <iomanip>
#include <ostream>

namespace oneway::process {
namespace {

void WritePrefix(std::ostream& out, const google::LogMessageInfo& message, void* /*unused*/) {
  constexpr int kYearOffset = 1900;
  const google::LogMessageTime& at = message.time;
  const auto two = std::setw(2);
  out << std::setfill('0') << at.year() + kYearOffset << '-' << two << at.month() + 1 << '-' << two << at.day() << 'T'
      << two << at.hour() << ':' << two << at.min() << ':' << two << at.sec() << '.' << std::setw(6) << at.usec()
      << "Z " << message.severity[0] << ' ' << message.filename << ':' << message.line_number << ']';
}

}  // namespace

void InitLogging(const char* argv0) {
  FLAGS_logtostderr = true;
  FLAGS_log_utc_time = true;
  google::InitGoogleLogging(argv0, &WritePrefix, nullptr);
}

}  // namespace oneway::process
