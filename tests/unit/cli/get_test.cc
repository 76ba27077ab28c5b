// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "cli/key_story.h"
#include "tests/unit/cli/verb_test.h"

namespace oneway::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr uint64_t kStarted = 1'772'373'600'250'000'000;  // 2026-03-01T14:00:00.25Z

class GetTest : public VerbTest {
 protected:
  GetTest() {
    query_.key.set_state(v1::MATCHED);
    query_.key.set_started_unix_nanos(kStarted);
    query_.key.set_ended_unix_nanos(kStarted + 1'240'000'000);
    query_.key.set_latency_nanos(1'240'000'000);
    query_.key.set_joiner("joiner-0");
    query_.key.set_slot(17);
    query_.key.mutable_mark()->set_commit(42);
  }

  // What the owner of a key knows of a fan-out in this state.
  void SetFanout(v1::KeyState state) {
    query_.key.set_state(state);
    query_.key.clear_ended_unix_nanos();
    query_.key.clear_latency_nanos();
    v1::FanoutParts& parts = *query_.key.mutable_parts();
    parts.Clear();
    if (state != v1::EXPIRED) {
      parts.set_expected(7);
      parts.set_known(5);
      parts.set_ended(3);
      parts.set_completed_unix_nanos(kStarted + 1);
    }
    parts.set_missing(4);
    parts.add_missing_ids("p-4");
    parts.add_missing_ids("p\x1b[2J");
    parts.set_last_progress_unix_nanos(kStarted + 2);
  }
};

TEST_F(GetTest, AMatchedKeyIsAShortStory) {
  EXPECT_EQ(Run({"get", "push", "k-1"}), 0);
  EXPECT_EQ(query_.key_request.flow(), "push");
  EXPECT_EQ(query_.key_request.key(), "k-1");
  EXPECT_THAT(out_.str(), StartsWith("k-1 of push matched: it took 1.24s\n  started   2026-03-01T"));
  EXPECT_THAT(out_.str(), HasSubstr("\n  ended     2026-03-01T"));
  EXPECT_THAT(out_.str(), HasSubstr("\n  joiner    joiner-0, slot 17, as of commit 42\n"));
}

TEST_F(GetTest, EachStateHasItsSentence) {
  const std::pair<v1::KeyState, const char*> sentences[] = {
      {v1::OPEN, "is open: it started "},
      {v1::EARLY, "is early: it ended "},
      {v1::EXPIRED, "expired: no end came in time"},
      {v1::LATE, "is late: it expired, and its end came after 1.24s"}};
  for (const auto& [state, sentence] : sentences) {
    query_.key.set_state(state);
    EXPECT_EQ(Run({"get", "push", "k"}), 0);
    EXPECT_THAT(out_.str(), HasSubstr(sentence));
  }
}

TEST_F(GetTest, AnExpiredKeyTellsWhenItDid) {
  query_.key.set_state(v1::EXPIRED);
  query_.key.clear_ended_unix_nanos();
  query_.key.set_deadline_unix_nanos(kStarted + 5'000'000'000);
  EXPECT_EQ(Run({"get", "push", "k"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("\n  expired   2026-03-01T"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("deadline")));
}

TEST_F(GetTest, AnAbsentKeyHasAnExitCodeOfItsOwn) {
  query_.key.Clear();
  query_.key.set_state(v1::ABSENT);
  EXPECT_EQ(Run({"get", "push", "k"}), 3);
  EXPECT_THAT(out_.str(), HasSubstr("k of push is absent: never seen, or forgotten"));
}

TEST_F(GetTest, AsJson) {
  EXPECT_EQ(Run({"get", "push", "k\"1", "--json"}), 0);
  EXPECT_EQ(out_.str(),
            R"({"flow":"push","key":"k\"1","state":"matched","started":"2026-03-01T14:00:00.250000000Z",)"
            R"("ended":"2026-03-01T14:00:01.490000000Z","latency_nanos":1240000000,"joiner":"joiner-0","slot":17,)"
            R"("commit":42,"missing":[]})"
            "\n");
}

TEST_F(GetTest, AJoinerThatDoesNotAnswerIsNamed) {
  query_.key.Clear();
  AddMissing(*query_.key.mutable_missing());
  EXPECT_EQ(Run({"get", "push", "k"}), 2);
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(err_.str(), "oneway: joiner joiner-1 did not answer (connection refused); its part is missing\n");
  EXPECT_EQ(Run({"get", "push", "k", "--json"}), 2);
  EXPECT_EQ(
      out_.str(),
      "{\"flow\":\"push\",\"key\":\"k\",\"missing\":[{\"joiner\":\"joiner-1\",\"reason\":\"connection refused\"}]}\n");
}

TEST_F(GetTest, WhatTheServerRefusesIsTold) {
  query_.status = grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "flow is not 1 to 64 of [a-z0-9._-]");
  EXPECT_EQ(Run({"get", "Push", "k"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("refused: flow is not 1 to 64"));
}

TEST_F(GetTest, NobodyListeningIsTold) {
  StopServer();
  EXPECT_EQ(Run({"get", "push", "k"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("no Oneway partitioner answers at " + server_address_));
}

TEST_F(GetTest, AnOpenFanoutTellsWhatIsMissing) {
  SetFanout(v1::OPEN);
  EXPECT_EQ(Run({"get", "task", "t-1"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("t-1 of task is open: it started "));
  EXPECT_THAT(out_.str(), HasSubstr(" ago and waits for 4 parts\n"));
  EXPECT_THAT(out_.str(), HasSubstr("\n  parts     7 expected, 5 known, 3 ended, 4 missing\n"
                                    "  missing   p-4, p\\x1b[2J and 2 more\n"
                                    "  completed 2026-03-01T"));
  EXPECT_THAT(out_.str(), HasSubstr("\n  progress  2026-03-01T"));
}

TEST_F(GetTest, AnExpiredFanoutTellsOnlyWhatItLacked) {
  SetFanout(v1::EXPIRED);
  EXPECT_EQ(Run({"get", "task", "t-1"}), 0);
  EXPECT_THAT(out_.str(), StartsWith("t-1 of task expired: 4 parts did not end in time\n  started "));
  EXPECT_THAT(out_.str(), HasSubstr("\n  missing   p-4, "));
  EXPECT_THAT(out_.str(), Not(HasSubstr("known")));
}

TEST_F(GetTest, TheStateOfAFanoutHasItsSentence) {
  const auto sentence = [&](v1::KeyState state, uint32_t missing, uint64_t completed) {
    query_.key.set_state(state);
    query_.key.mutable_parts()->set_missing(missing);
    query_.key.mutable_parts()->set_completed_unix_nanos(completed);
    return StateSentence(query_.key, FromUnixNanos(kStarted) + std::chrono::seconds(3));
  };
  EXPECT_EQ(sentence(v1::OPEN, 1, 0), "is open: it started 3s ago and waits for 1 part");
  EXPECT_EQ(sentence(v1::OPEN, 0, 0), "is open: it started 3s ago and waits to be completed");
  EXPECT_EQ(sentence(v1::OPEN, 0, 5), "is open: it started 3s ago and settles, as another part may be on its way");
  EXPECT_EQ(sentence(v1::EARLY, 2, 0), "is early: it waits for its start");
  EXPECT_EQ(sentence(v1::EXPIRED, 1, 0), "expired: 1 part did not end in time");
  EXPECT_EQ(sentence(v1::EXPIRED, 0, 0), "expired: it was not completed in time");
  query_.key.set_empty(true);
  EXPECT_EQ(sentence(v1::MATCHED, 0, 0), "matched without a part: it was completed after 1.24s");
}

TEST_F(GetTest, AFanoutAsJson) {
  const std::string ends = R"("joiner":"joiner-0","slot":17,"commit":42,"missing":[]})"
                           "\n";
  SetFanout(v1::OPEN);
  EXPECT_EQ(Run({"get", "task", "t-1", "--json"}), 0);
  EXPECT_EQ(out_.str(), R"({"flow":"task","key":"t-1","state":"open","started":"2026-03-01T14:00:00.250000000Z",)"
                        R"("parts":{"expected":7,"known":5,"ended":3,"missing":4,"missing_ids":["p-4","p\\x1b[2J"],)"
                        R"("completed":"2026-03-01T14:00:00.250000001Z",)"
                        R"("last_progress":"2026-03-01T14:00:00.250000002Z"},)" +
                            ends);
  SetFanout(v1::EXPIRED);
  EXPECT_EQ(Run({"get", "task", "t-1", "--json"}), 0);
  EXPECT_EQ(out_.str(), R"({"flow":"task","key":"t-1","state":"expired","started":"2026-03-01T14:00:00.250000000Z",)"
                        R"("parts":{"missing":4,"missing_ids":["p-4","p\\x1b[2J"],)"
                        R"("last_progress":"2026-03-01T14:00:00.250000002Z"},)" +
                            ends);
  query_.key.clear_parts();
  query_.key.set_state(v1::MATCHED);
  query_.key.set_latency_nanos(5);
  query_.key.set_empty(true);
  EXPECT_EQ(Run({"get", "task", "t-1", "--json"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr(R"("latency_nanos":5,"empty":true,"joiner")"));
}

TEST(ReadableId, IsTextOrEscaped) {
  EXPECT_EQ(ReadableId("p \"\xc3\xa4\\"), "p \"\xc3\xa4\\");
  EXPECT_EQ(ReadableId("\xff\x01"), "\\xff\\x01");
}

}  // namespace
}  // namespace oneway::cli
