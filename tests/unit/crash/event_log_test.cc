// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/host/event_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace oneway::test::crash {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EventLogTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  const std::string path_ = folder_.path() + "/host";
};

TEST_F(EventLogTest, WhatWasWrittenIsReadAlsoWhereAnotherProcessGoesOn) {
  const Intent first{.flow = 1, .event = 0, .base = FromUnixNanos(1'700'000'000'123'456'789)};
  const Intent second{.flow = 2, .event = 3, .base = FromUnixNanos(5)};
  const Ack ack{.flow = 1, .event = 0, .status = v1::DUPLICATE};
  EventLog(path_).WriteIntents({first});
  {
    EventLog log(path_);
    log.WriteIntents({second});
    log.WriteAcks({ack});
  }
  const EventLog::Content content = EventLog::Read(path_);
  EXPECT_THAT(content.intents, ElementsAre(first, second));
  EXPECT_THAT(content.acks, ElementsAre(ack));
}

TEST_F(EventLogTest, WithoutFilesThereIsNothing) {
  EXPECT_THAT(EventLog::Read(path_).intents, IsEmpty());
}

TEST_F(EventLogTest, ALineThatWasTornOffIsNotBelievedAndNotContinued) {
  const Intent intent{.flow = 1, .event = 0, .base = FromUnixNanos(77)};
  EventLog(path_).WriteIntents({intent});
  std::ofstream(path_ + ".intents", std::ios::app) << "2 1 9";  // of 987
  EXPECT_THAT(EventLog::Read(path_).intents, ElementsAre(intent));

  const Intent next{.flow = 3, .event = 0, .base = FromUnixNanos(99)};
  EventLog(path_).WriteIntents({next});
  EXPECT_THAT(EventLog::Read(path_).intents, ElementsAre(intent, next));
}

}  // namespace
}  // namespace oneway::test::crash
