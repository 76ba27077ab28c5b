// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/time/time.h"
#include "oneway/v1/query.pb.h"

namespace oneway::cli {

// What became of a key, as words.
// Threading: pure functions.

// The state as the end of a sentence that begins with the key: `matched: it took 1.24s`.
std::string StateSentence(const v1::KeyReply& reply, Time now);

// How far a fan-out is that is not closed: `7 expected, 5 known, 3 ended, 4 missing`.
std::string PartsSentence(const v1::FanoutParts& parts);

// Some of what is missing, by id: `p-4, p-5 and 3 more`; empty when no id is known.
std::string MissingSentence(const v1::FanoutParts& parts);

// A part's id as it is; with escapes where it is no text or would disturb a terminal.
std::string ReadableId(const std::string& id);

}  // namespace oneway::cli
