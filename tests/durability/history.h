// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/durability/joiner_on_disk.h"
#include "tests/durability/traffic.h"

namespace oneway::test {

// What was found wrong; nothing of it may ever be.
struct Findings {
  uint64_t refused = 0;  // starts that failed although nothing was wrong with the disk
  uint64_t lost = 0;     // acked, but not there
  uint64_t doubled = 0;  // there more than once, or never sent
  std::vector<std::string> messages;

  bool any() const { return refused + lost + doubled > 0; }
  void Add(const Findings& other);
};

// Traffic through a joiner on a disk that fails now and then, and the comparison of what the joiner says with what was
// acked. Whoever uses it decides when something fails, and opens the joiner again.
//
// Threading: external. Random by its seed alone, but for the timing of threads.
class History {
 public:
  explicit History(uint64_t seed);

  JoinerOnDisk& disk() { return disk_; }
  Traffic& traffic() { return traffic_; }
  std::mt19937_64& random() { return random_; }
  uint64_t UpTo(uint64_t bound) { return std::uniform_int_distribution<uint64_t>(0, bound)(random_); }
  bool OneIn(uint64_t count) { return UpTo(count - 1) == 0; }
  Findings& findings() { return findings_; }
  // Notes something wrong.
  void Lost(uint64_t count, const std::string& what);
  void Doubled(uint64_t count, const std::string& what);
  void Refused(const absl::Status& status);

  // A second or two of traffic: emits, sends, hears, commits. False: the joiner has failed.
  bool Step(size_t flows);
  // Whether the store that was opened has the highest mark that was acked: the question that partitioners ask.
  bool HasAcked() { return disk_.store().Contains(acked_); }
  // The joiner was opened again. Compares, sends again what was not acked, compares again. False: it has failed
  // meanwhile.
  bool CheckAfterOpening();
  // Lets everything come to its end, and compares. False as above.
  bool Finish();

 private:
  Duration Now() const { return clock_.Wall() - time::FakeClock::kBase; }
  bool SendDue();
  bool Send(const std::vector<size_t>& events);
  std::vector<size_t> SomeAcked();
  void TakeAnswers(const std::vector<size_t>& events, const BatchResult& result);
  bool Hear();
  bool CheckTotals(const char* when);
  bool CheckSomeKeys();
  void Compare(const char* when, const char* counter, uint64_t found, const ExpectedTotals::Bounds& bounds);

  const uint64_t seed_;
  std::mt19937_64 random_;
  time::FakeClock clock_;
  Traffic traffic_;
  JoinerOnDisk disk_;
  journal::Mark acked_;    // the highest that was heard
  Duration heard_mark_{};  // the highest low mark that was sent
  Findings findings_;
};

}  // namespace oneway::test
