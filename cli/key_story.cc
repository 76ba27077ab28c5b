// SPDX-License-Identifier: Apache-2.0
#include "cli/key_story.h"

#include <simdjson.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "cli/format.h"

namespace oneway::cli {
namespace {

std::string CountOfParts(uint32_t count) {
  return count == 1 ? "1 part" : std::to_string(count) + " parts";
}

std::string WhatAnOpenKeyWaitsFor(const v1::KeyReply& reply) {
  if (!reply.has_parts()) return "waits for its end";
  if (reply.parts().missing() > 0) return "waits for " + CountOfParts(reply.parts().missing());
  if (reply.parts().completed_unix_nanos() == 0) return "waits to be completed";
  return "settles, as another part may be on its way";
}

std::string EarlySentence(const v1::KeyReply& reply, Time now) {
  if (reply.has_parts()) return "is early: it waits for its start";
  return "is early: it ended " + FormatAgo(FromUnixNanos(reply.ended_unix_nanos()), now) + " and waits for its start";
}

std::string ExpiredSentence(const v1::KeyReply& reply) {
  if (!reply.has_parts()) return "expired: no end came in time";
  if (reply.parts().missing() == 0) return "expired: it was not completed in time";
  return "expired: " + CountOfParts(reply.parts().missing()) + " did not end in time";
}

}  // namespace

std::string StateSentence(const v1::KeyReply& reply, Time now) {
  const std::string latency = FormatDuration(Duration(reply.latency_nanos()));
  switch (reply.state()) {
    case v1::OPEN:
      return "is open: it started " + FormatAgo(FromUnixNanos(reply.started_unix_nanos()), now) + " and " +
             WhatAnOpenKeyWaitsFor(reply);
    case v1::EARLY:
      return EarlySentence(reply, now);
    case v1::MATCHED:
      return reply.empty() ? "matched without a part: it was completed after " + latency
                           : "matched: it took " + latency;
    case v1::EXPIRED:
      return ExpiredSentence(reply);
    case v1::LATE:
      return "is late: it expired, and its end came after " + latency;
    default:
      return "is absent: never seen, or forgotten";
  }
}

std::string PartsSentence(const v1::FanoutParts& parts) {
  const std::string expected = parts.expected() == 0 ? "" : std::to_string(parts.expected()) + " expected, ";
  return expected + std::to_string(parts.known()) + " known, " + std::to_string(parts.ended()) + " ended, " +
         std::to_string(parts.missing()) + " missing";
}

std::string MissingSentence(const v1::FanoutParts& parts) {
  const auto& ids = parts.missing_ids();
  if (ids.empty()) return "";
  const std::string sentence =
      absl::StrJoin(ids, ", ", [](std::string* text, const std::string& id) { *text += ReadableId(id); });
  const auto named = static_cast<uint32_t>(ids.size());
  return parts.missing() > named ? sentence + " and " + std::to_string(parts.missing() - named) + " more" : sentence;
}

std::string ReadableId(const std::string& id) {
  const bool is_text = simdjson::validate_utf8(id) && std::none_of(id.begin(), id.end(), [](char c) {
                         return absl::ascii_iscntrl(static_cast<unsigned char>(c));
                       });
  return is_text ? id : absl::CHexEscape(id);
}

}  // namespace oneway::cli
