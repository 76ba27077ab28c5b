// SPDX-License-Identifier: Apache-2.0
#include "common/api/gateway.h"

#include "tests/unit/common/api/gateway_fixture.h"

namespace oneway::api {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(GatewayTest, StatsAreToldAsJson) {
  query_.stats.add_flows()->set_flow("push");
  Serve();
  EXPECT_THAT(Get("/api/v1/stats?window=1h"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("application/json"), HasSubstr("no-store"),
                    HasSubstr(R"({"flows":[{"flow":"push",)"), HasSubstr(R"("missing":[])"), EndsWith("}\n")));
  EXPECT_EQ(query_.stats_asked, 1);
}

TEST_F(GatewayTest, EachQueryHasItsPathAndItsParameters) {
  Serve();
  EXPECT_THAT(Get("/api/v1/key?flow=push&key=a%20b"), HasSubstr(R"("joiner":"push/a b")"));
  EXPECT_THAT(Get("/api/v1/balance"), HasSubstr(R"("joiners":3)"));
  EXPECT_THAT(Get("/api/v1/timeline?flow=push&step=2m"), HasSubstr(R"("step_seconds":120)"));
  EXPECT_THAT(Get("/api/v1/overdue?limit=7"), HasSubstr(R"("count":"7")"));
  EXPECT_THAT(Get("/api/v1/slowest?flow=push"), HasSubstr(R"("flow":"push")"));
  EXPECT_THAT(Get("/api/v1/cluster"), HasSubstr(R"("joiner":"joiner-0")"));
}

TEST_F(GatewayTest, APartialAnswerIsAnAnswer) {
  query_.stats.add_missing()->set_joiner("joiner-1");
  Serve();
  EXPECT_THAT(Get("/api/v1/stats"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr(R"("missing":[{"joiner":"joiner-1")")));
}

TEST_F(GatewayTest, AParameterThatCannotBeReadIsToldBeforeAnybodyIsAsked) {
  Serve();
  EXPECT_THAT(Get("/api/v1/stats?window=60"),
              AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr(R"({"error":"parameter window: `60` has no unit)")));
  EXPECT_EQ(query_.stats_asked + query_.totals_asked, 0);
}

TEST_F(GatewayTest, AnErrorOfTheQueryIsToldWithItsText) {
  query_.status = grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "flow must be shorter");
  Serve();
  EXPECT_THAT(Get("/api/v1/key?flow=x&key=y"),
              AllOf(StartsWith("HTTP/1.1 400 "), EndsWith("{\"error\":\"flow must be shorter\"}\n")));
}

TEST_F(GatewayTest, BeforeItServesItSaysWhereToLook) {
  Start();
  EXPECT_THAT(Get("/api/v1/stats"), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("/readyz?verbose")));
  Connect();
  EXPECT_THAT(Get("/api/v1/stats"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(GatewayTest, AQueryThatIsNotAnsweredHoldsUpNobodyAndEndsInTime) {
  query_.silent = true;
  Serve();
  observe::Client client(server_->port());
  client.Send("GET /api/v1/stats HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(Get("/api/v1/balance"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 504 "));
}

TEST_F(GatewayTest, QueriesBeyondTheBoundAreRefused) {
  query_.silent = true;
  Serve();
  std::vector<std::unique_ptr<observe::Client>> clients;
  for (size_t i = 0; i < QueryClient::kCallsMax; ++i) {
    clients.push_back(std::make_unique<observe::Client>(server_->port()));
    clients.back()->Send("GET /api/v1/stats HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  // They are counted when the server has read them, which is soon.
  std::string answer;
  while (answer.find("503") == std::string::npos) answer = Get("/api/v1/balance");
  EXPECT_THAT(answer, HasSubstr("try again in a second"));
  query_.silent = false;
  for (const auto& client : clients) EXPECT_THAT(client->ReadAnswer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Get("/api/v1/balance"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(GatewayTest, StopEndsQueriesUnderWay) {
  query_.silent = true;
  Serve();
  observe::Client client(server_->port());
  client.Send("GET /api/v1/stats HTTP/1.1\r\nHost: h\r\n\r\n");
  while (query_.totals_asked == 0) std::this_thread::yield();
  gateway_->Stop();
  EXPECT_THAT(client.ReadAnswer(), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(Get("/api/v1/stats"), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("shutting down")));
}

}  // namespace
}  // namespace oneway::api
