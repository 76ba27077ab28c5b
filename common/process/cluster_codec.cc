// SPDX-License-Identifier: Apache-2.0
// How a cluster's seed and its list of joiners are written.
#include <charconv>
#include <cstdlib>
#include <set>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/process/codec.h"
#include "common/process/host_port.h"

namespace oneway::process {
namespace {

absl::StatusOr<hash::HashSeed> ParseSeed(const std::string& text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const char* first = text.data() + (hex ? 2 : 0);
  const char* last = text.data() + text.size();
  uint64_t seed = 0;
  const auto [end, error] = std::from_chars(first, last, seed, hex ? 16 : 10);
  if (error != std::errc{} || end != last) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` is not a seed: a whole number of 64 bits, decimal or hexadecimal (0x5eed)"));
  }
  return hash::HashSeed(seed);
}

std::string ShowSeed(const hash::HashSeed& seed) {
  return absl::StrCat(static_cast<uint64_t>(seed));
}

absl::StatusOr<JoinerAddress> ParseJoiner(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` is not name=host:port, for example joiner-0=127.0.0.1:7200"));
  }
  const auto name = NameText().parse(text.substr(0, equals));
  if (!name.ok()) return name.status();
  const std::string address = text.substr(equals + 1);
  const auto parsed = ParseHostPort(address);
  if (!parsed.ok()) return absl::InvalidArgumentError(absl::StrCat(*name, ": ", parsed.status().message()));
  if (parsed->port == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(*name, ": `", address, "` has port 0; the partitioners must know where the joiner listens"));
  }
  return JoinerAddress{.name = *name, .address = address};
}

absl::StatusOr<std::vector<JoinerAddress>> ParseJoiners(const std::string& text) {
  if (text.empty()) return absl::InvalidArgumentError("names no joiner; a cluster has at least one");
  std::vector<JoinerAddress> joiners;
  std::set<std::string> names;
  std::set<std::string> addresses;
  for (const std::string& part : std::vector<std::string>(absl::StrSplit(text, ','))) {
    const auto joiner = ParseJoiner(part);
    if (!joiner.ok()) return joiner.status();
    if (!names.insert(joiner->name).second) {
      return absl::InvalidArgumentError(absl::StrCat("two joiners have the name `", joiner->name, "`"));
    }
    if (!addresses.insert(joiner->address).second) {
      return absl::InvalidArgumentError(absl::StrCat("two joiners have the address `", joiner->address, "`"));
    }
    joiners.push_back(*joiner);
  }
  if (joiners.size() > hash::kSlotCount) {
    return absl::InvalidArgumentError(
        absl::StrCat("names ", joiners.size(), " joiners; at most ", hash::kSlotCount, " (one a slot)"));
  }
  return joiners;
}

std::string ShowJoiners(const std::vector<JoinerAddress>& joiners) {
  std::string text;
  for (const JoinerAddress& joiner : joiners) {
    absl::StrAppend(&text, text.empty() ? "" : ",", joiner.name, "=", joiner.address);
  }
  return text;
}

}  // namespace

Codec<hash::HashSeed> SeedNumber() {
  return {.value_name = "NUMBER", .parse = ParseSeed, .show = ShowSeed};
}

Codec<std::vector<JoinerAddress>> JoinerList() {
  return {.value_name = "NAME=HOST:PORT,...", .parse = ParseJoiners, .show = ShowJoiners};
}

}  // namespace oneway::process
