// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>
#include <streambuf>
#include <thread>
#include <utility>

#include "tests/unit/cli/verb_test.h"

namespace oneway::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

using SendTest = VerbTest;

TEST_F(SendTest, OneEventOfFlags) {
  EXPECT_EQ(Run({"send", "--flow", "push", "--key", "k-1", "--end", "--time", "2026-03-01T14:00:00.25Z", "--label",
                 "region=eu", "--label", "note=a=b"}),
            0);
  EXPECT_EQ(out_.str(), "sent 1, acked 1, duplicate 0, invalid 0, too late 0, bad lines 0\n");
  EXPECT_EQ(err_.str(), "");
  EXPECT_EQ(server_->TakeBatch().ShortDebugString(),
            "batch: 1 series { flow: \"push\" labels { name: \"region\" value: \"eu\" } "
            "labels { name: \"note\" value: \"a=b\" } } "
            "events { kind: END key: \"k-1\" time_unix_nanos: 1772373600250000000 } "
            "oldest_unanswered_unix_nanos: 1772373600250000000");
}

TEST_F(SendTest, TheEventsOfAFanoutByFlags) {
  const std::pair<std::vector<std::string>, const char*> events[] = {
      {{"--start", "--expected", "2"}, "kind: START key: \"t\" time_unix_nanos: 9 expected: 2"},
      {{"--stage", "queued"}, "kind: STAGE key: \"t\" time_unix_nanos: 9 id: \"queued\""},
      {{"--part-started", "7"}, "kind: PART_STARTED key: \"t\" time_unix_nanos: 9 id: \"7\""},
      {{"--part-ended", "7"}, "kind: PART_ENDED key: \"t\" time_unix_nanos: 9 id: \"7\""},
      {{"--completed"}, "kind: COMPLETED key: \"t\" time_unix_nanos: 9"},
      {{"--completed", "--expected", "1024"}, "kind: COMPLETED key: \"t\" time_unix_nanos: 9 expected: 1024"}};
  for (const auto& [flags, event] : events) {
    std::vector<std::string> arguments = {"send", "--flow", "task", "--key", "t", "--time", "9"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    EXPECT_EQ(Run(arguments), 0) << err_.str();
    EXPECT_EQ(server_->TakeBatch().events(0).ShortDebugString(), event);
  }
}

TEST_F(SendTest, TheEventsOfAFanoutByLines) {
  in_.str(R"({"flow":"task","key":"t","kind":"part_started","part":"a","time":1}
{"flow":"task","key":"t","kind":"part_ended","part":"","time":2}
{"flow":"task","key":"t","kind":"part_ended","part":")" +
          std::string(65, 'p') + R"(","time":3}
{"flow":"task","key":"t","kind":"stage","stage":"merged","time":4}
{"flow":"task","key":"t","kind":"completed","expected":1,"time":4})");
  EXPECT_EQ(Run({"send", "-"}), 1);
  EXPECT_EQ(out_.str(), "sent 3, acked 3, duplicate 0, invalid 0, too late 0, bad lines 2\n");
  EXPECT_EQ(err_.str(),
            "oneway: line 2: part is missing\n"
            "oneway: line 3: part is not 1 to 64 bytes\n");
}

TEST_F(SendTest, LinesOfAPipeWithoutAnyFlag) {
  in_.str(R"({"flow":"push","key":"a","kind":"start","time":1000}
{"flow":"push","key":"a","kind":"end","time":2000}

{"flow":"push","key":"b","kind":"start"})");
  EXPECT_EQ(Run({"send"}), 0);
  EXPECT_EQ(out_.str(), "sent 3, acked 3, duplicate 0, invalid 0, too late 0, bad lines 0\n");
}

TEST_F(SendTest, BadLinesAreToldByNumberAndTheOthersAreSent) {
  in_.str(R"({"flow":"push","key":"a","kind":"start"}
not json
{"flow":"PUSH","key":"b","kind":"start"}
)");
  EXPECT_EQ(Run({"send", "-"}), 1);
  EXPECT_EQ(out_.str(), "sent 1, acked 1, duplicate 0, invalid 0, too late 0, bad lines 2\n");
  EXPECT_EQ(err_.str(),
            "oneway: line 2: not JSON\n"
            "oneway: line 3: flow is not 1 to 64 of [a-z0-9._-]\n");
}

TEST_F(SendTest, OnlyTheFirstTenBadLinesAreTold) {
  std::string lines;
  for (int i = 0; i < 25; ++i) lines += "bad\n";
  in_.str(lines);
  EXPECT_EQ(Run({"send", "-"}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("bad lines 25"));
  EXPECT_THAT(err_.str(), HasSubstr("line 10: "));
  EXPECT_THAT(err_.str(), Not(HasSubstr("line 11: ")));
  EXPECT_THAT(err_.str(), HasSubstr("further bad lines are only counted"));
}

TEST_F(SendTest, RefusedEventsAreCountedByReason) {
  ingest_ = [](const v1::IngestBatch& batch) {
    v1::IngestAnswer answer;
    answer.set_batch(batch.batch());
    for (int i = 0; i < batch.events_size(); ++i) {
      v1::EventException exception;
      exception.set_index(static_cast<uint32_t>(i));
      const std::string& key = batch.events(i).key();
      if (key == "ahead") {
        exception.set_status(v1::INVALID);
        exception.set_reason(v1::TIME_AHEAD);
      } else if (key == "old") {
        exception.set_status(v1::TOO_LATE);
      } else if (key == "again") {
        exception.set_status(v1::DUPLICATE);
      } else {
        continue;
      }
      *answer.add_exceptions() = exception;
    }
    return answer;
  };
  std::string lines;
  for (const char* key : {"fine", "ahead", "ahead", "old", "again"}) {
    lines += R"({"flow":"push","kind":"start","key":")" + std::string(key) + "\"}\n";
  }
  in_.str(lines);
  EXPECT_EQ(Run({"send", "-"}), 1);
  EXPECT_EQ(out_.str(), "sent 5, acked 2, duplicate 1, invalid 2 (TIME_AHEAD 2), too late 1, bad lines 0\n");
}

TEST_F(SendTest, MoreThanTheQueueHoldsWaitsInsteadOfDropping) {
  constexpr int kLines = 300'000;
  std::string lines;
  for (int i = 0; i < kLines; ++i) {
    lines += R"({"flow":"push","kind":"start","time":1000,"key":"key-)" + std::to_string(i) + "\"}\n";
  }
  in_.str(lines);
  EXPECT_EQ(Run({"send", "-"}), 0);
  EXPECT_EQ(out_.str(), "sent 300000, acked 300000, duplicate 0, invalid 0, too late 0, bad lines 0\n");
}

// Input that comes as the test gives it, as from a pipe that stays open.
class LivePipe final : public std::streambuf {
 public:
  void Write(const std::string& text) {
    std::lock_guard lock(mutex_);
    coming_ += text;
    changed_.notify_all();
  }
  void Close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 protected:
  int_type underflow() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !coming_.empty(); });
    if (coming_.empty()) return traits_type::eof();
    current_.swap(coming_);
    coming_.clear();
    setg(current_.data(), current_.data(), current_.data() + current_.size());
    return traits_type::to_int_type(*gptr());
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string coming_;
  std::string current_;
  bool closed_ = false;
};

TEST_F(SendTest, ALivePipeIsSentAsItComes) {
  LivePipe pipe;
  std::istream in(&pipe);
  Console console{.in = in, .out = out_, .err = err_};
  const std::string server = "--server=" + server_address_;
  std::thread sender([&] {
    const char* arguments[] = {"oneway", server.c_str(), "send", "-"};
    EXPECT_EQ(RunCommandLine(4, arguments, console), 0);
  });
  pipe.Write("{\"flow\":\"push\",\"key\":\"a\",\"kind\":\"start\"}\n");
  // Comes although the pipe is still open.
  EXPECT_EQ(server_->TakeBatch().events(0).key(), "a");
  pipe.Write("{\"flow\":\"push\",\"key\":\"b\",\"kind\":\"start\"}\n");
  EXPECT_EQ(server_->TakeBatch().events(0).key(), "b");
  pipe.Close();
  sender.join();
  EXPECT_THAT(out_.str(), HasSubstr("sent 2, acked 2"));
}

TEST_F(SendTest, WithNobodyListeningItSaysSoAndWhatToDo) {
  StopServer();
  EXPECT_EQ(Run({"send", "--flow", "push", "--key", "k", "--start"}), 2);
  EXPECT_EQ(err_.str(), "oneway: no Oneway partitioner answers at " + server_address_ +
                            "; start one with `oneway-partitioner` or name another with --server\n");
}

TEST_F(SendTest, WhatIsNotAnsweredInTimeIsToldAsSuch) {
  ingest_ = [](const v1::IngestBatch&) { return std::nullopt; };
  EXPECT_EQ(Run({"send", "--flow", "push", "--key", "k", "--start", "--wait", "20ms"}), 2);
  EXPECT_THAT(out_.str(), HasSubstr("sent 1, acked 0"));
  EXPECT_THAT(out_.str(), HasSubstr("not answered 1"));
}

TEST_F(SendTest, AWrongCommandLineIsToldAndNothingSent) {
  console_.in_is_terminal = true;
  EXPECT_EQ(Run({"send"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("nothing to send"));
  EXPECT_EQ(Run({"send", "-", "--flow", "push"}), 64);
  EXPECT_EQ(Run({"send", "--flow", "push", "--key", "k"}), 64);
  EXPECT_THAT(err_.str(),
              HasSubstr("name one of --start, --end, --stage, --part-started, --part-ended and --completed"));
  EXPECT_EQ(Run({"send", "--flow", "push", "--key", "k", "--start", "--end"}), 64);
  EXPECT_EQ(Run({"send", "--flow", "push", "--key", "k", "--start", "--label", "eu"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("--label eu is not name=value"));
  EXPECT_EQ(Run({"send", "--flow", "push", "--key", "k", "--start", "--time", "noon"}), 64);
  EXPECT_EQ(Run({"send", "--flow", "Push", "--key", "k", "--start"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("flow is not 1 to 64 of [a-z0-9._-]"));
  EXPECT_EQ(Run({"send", "--flow", "push", "--start"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("key is not 1 to 256 bytes"));
}

TEST_F(SendTest, FlagsOfAFanoutThatDoNotGoTogetherAreTold) {
  const std::pair<std::vector<std::string>, const char*> wrongs[] = {
      {{"--start", "--part-ended", "7"}, "name one of"},
      {{"--part-started", "7", "--part-ended", "7"}, "name one of"},
      {{"--end", "--completed"}, "name one of"},
      {{"--expected", "2"}, "name one of"},
      {{"--end", "--expected", "2"}, "expected is only taken of start and completed"},
      {{"--part-ended", "7", "--expected", "2"}, "expected is only taken of start and completed"},
      {{"--part-ended", "7", "--label", "region=eu"}, "labels are not taken of parts"},
      {{"--part-ended", ""}, "part is not 1 to 64 bytes"},
      {{"--part-started", std::string(65, 'p')}, "part is not 1 to 64 bytes"},
      {{"--start", "--expected", "0"}, "--expected"},
      {{"--start", "--expected", "1025"}, "--expected"}};
  for (const auto& [flags, message] : wrongs) {
    std::vector<std::string> arguments = {"send", "--flow", "task", "--key", "t"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    EXPECT_EQ(Run(arguments), 64) << flags[0];
    EXPECT_THAT(err_.str(), HasSubstr(message));
  }
  EXPECT_EQ(Run({"send", "-", "--completed"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("either `-` or one event"));
}

TEST_F(SendTest, ProgressIsForTerminals) {
  console_.err_is_terminal = true;
  in_.str("{\"flow\":\"push\",\"key\":\"a\",\"kind\":\"start\"}\n");
  EXPECT_EQ(Run({"send", "-"}), 0);
  EXPECT_THAT(err_.str(), HasSubstr("sent 1"));
}

}  // namespace
}  // namespace oneway::cli
