// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace oneway::rpc {

// Bounds that both ends of every connection keep.

// A message in either direction. Batches are at most 256 KiB; the rest is for answers to queries.
inline constexpr int kMessageBytesMax = 4 * 1024 * 1024;

// A peer that vanished without a word is noticed after the one plus the other.
inline constexpr std::chrono::milliseconds kKeepaliveInterval{10'000};
inline constexpr std::chrono::milliseconds kKeepaliveTimeout{5'000};

// Wait between attempts to connect: a restarted joiner is found again within a second, and many clients of a dead one
// do not hammer its machine (gRPC adds jitter).
inline constexpr std::chrono::milliseconds kReconnectBackoffInitial{100};
inline constexpr std::chrono::milliseconds kReconnectBackoffMax{1'000};
// How long one attempt may take before the next begins.
inline constexpr std::chrono::milliseconds kConnectTimeout{2'000};

}  // namespace oneway::rpc
