// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/run/results.h"

#include <fcntl.h>
#include <glog/logging.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/support/read_file.h"

namespace oneway::test::crash {
namespace {

simdjson::error_code Parse(simdjson::dom::element line, CycleResult& result) {
  std::string_view fault;
  uint64_t cycle = 0;
  for (const simdjson::error_code error :
       {line["seed"].get(result.seed), line["cycle"].get(cycle), line["fault"].get(fault),
        line["flows"].get(result.flows), line["acked"].get(result.acked), line["uncertain"].get(result.uncertain),
        line["lost"].get(result.lost), line["doubled"].get(result.doubled), line["unexplained"].get(result.unexplained),
        line["seconds"].get(result.seconds)}) {
    if (error != simdjson::SUCCESS) return error;
  }
  result.cycle = static_cast<uint32_t>(cycle);
  result.fault = fault;
  return simdjson::SUCCESS;
}

}  // namespace

std::string ToJson(const CycleResult& result) {
  std::ostringstream json;
  json << std::fixed << std::setprecision(2) << "{\"seed\": " << result.seed << ", \"cycle\": " << result.cycle
       << ", \"fault\": \"" << result.fault << "\", \"flows\": " << result.flows << ", \"acked\": " << result.acked
       << ", \"uncertain\": " << result.uncertain << ", \"lost\": " << result.lost
       << ", \"doubled\": " << result.doubled << ", \"unexplained\": " << result.unexplained
       << ", \"seconds\": " << result.seconds << "}";
  return json.str();
}

absl::StatusOr<std::vector<CycleResult>> ReadResults(const std::string& path) {
  std::vector<CycleResult> results;
  if (!std::filesystem::exists(path)) return results;
  std::istringstream lines(ReadFile(path));
  simdjson::dom::parser parser;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    simdjson::dom::element element;
    auto error = parser.parse(line).get(element);
    if (error == simdjson::SUCCESS) error = Parse(element, results.emplace_back());
    if (error != simdjson::SUCCESS) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": no line of results: ", line));
    }
  }
  return results;
}

void AppendResult(const std::string& path, const CycleResult& result) {
  const std::string line = ToJson(result) + "\n";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  PCHECK(file >= 0) << path;
  PCHECK(::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size())) << path;
  ::close(file);
}

Totals TotalsOf(const std::vector<CycleResult>& results) {
  Totals totals;
  for (const CycleResult& result : results) {
    totals.cycles += result.fault == kLastLook ? 0 : 1;
    totals.acked += result.acked;
    totals.lost += result.lost;
    totals.doubled += result.doubled;
    totals.unexplained += result.unexplained;
  }
  return totals;
}

std::string ToJson(const Totals& totals) {
  return absl::StrCat("{\"cycles\": ", totals.cycles, ", \"acked\": ", totals.acked, ", \"lost\": ", totals.lost,
                      ", \"doubled\": ", totals.doubled, ", \"unexplained\": ", totals.unexplained, "}");
}

std::string TableOf(const std::vector<CycleResult>& results) {
  struct Row {
    std::vector<CycleResult> results;
    uint64_t flows = 0;
    uint64_t uncertain = 0;
    double seconds = 0;
  };
  std::map<std::string, Row> rows;
  for (const CycleResult& result : results) {
    for (const std::string& name : {result.fault, std::string("~all")}) {  // '~' sorts last
      Row& row = rows[name];
      row.results.push_back(result);
      row.flows += result.flows;
      row.uncertain += result.uncertain;
      row.seconds += result.seconds;
    }
  }
  std::ostringstream table;
  table << std::fixed << std::setprecision(1);
  table << "| fault | cycles | s each | flows | events acked | without answer | lost | doubled | unexplained |\n"
        << "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";
  for (const auto& [name, row] : rows) {
    const Totals totals = TotalsOf(row.results);
    const double count = static_cast<double>(row.results.size());
    table << "| " << (name[0] == '~' ? name.substr(1) : name) << " | " << totals.cycles << " | " << row.seconds / count
          << " | " << row.flows << " | " << totals.acked << " | " << row.uncertain << " | " << totals.lost << " | "
          << totals.doubled << " | " << totals.unexplained << " |\n";
  }
  return table.str();
}

}  // namespace oneway::test::crash
