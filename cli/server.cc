// SPDX-License-Identifier: Apache-2.0
#include "cli/server.h"

#include <ostream>

#include "common/rpc/channel.h"

namespace oneway::cli {
namespace {

const char* AdviceFor(const grpc::Status& failure) {
  switch (failure.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return "; start one with `oneway-partitioner` or name another with --server";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "; is it overloaded, or not a partitioner?";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "; name a partitioner with --server";
    default:
      return "";
  }
}

}  // namespace

std::string NoAnswerSentence(const std::string& server, const grpc::Status& failure) {
  switch (failure.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return "no Oneway partitioner answers at " + server;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return server + " did not answer within " + std::to_string(kAnswerWaitMax.count()) + " s";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "what listens at " + server + " does not take this question";
    default:
      return server + " refused: " + failure.error_message();
  }
}

Exit TellNoAnswer(const std::string& server, const grpc::Status& failure, Console& console) {
  console.err << "oneway: " << NoAnswerSentence(server, failure) << AdviceFor(failure) << "\n";
  return Exit::kPartial;
}

bool Listens(const std::string& server) {
  const auto deadline = std::chrono::system_clock::now() + std::chrono::seconds(3);
  const auto channel = rpc::ChannelTo(server);
  grpc_connectivity_state state = channel->GetState(/*try_to_connect=*/true);
  // The first failed attempt decides: people wait for this.
  while (state != GRPC_CHANNEL_READY && state != GRPC_CHANNEL_TRANSIENT_FAILURE) {
    if (!channel->WaitForStateChange(state, deadline)) return false;
    state = channel->GetState(/*try_to_connect=*/true);
  }
  return state == GRPC_CHANNEL_READY;
}

Exit TellMissing(const google::protobuf::RepeatedPtrField<v1::MissingJoiner>& missing, Console& console) {
  for (const v1::MissingJoiner& joiner : missing) {
    console.err << "oneway: joiner " << joiner.joiner() << " did not answer (" << joiner.reason()
                << "); its part is missing\n";
  }
  return missing.empty() ? Exit::kOk : Exit::kPartial;
}

std::string ShortReason(const v1::MissingJoiner& joiner) {
  return joiner.reason().substr(0, joiner.reason().find(" ("));
}

void WriteMissing(const google::protobuf::RepeatedPtrField<v1::MissingJoiner>& missing, JsonWriter& json) {
  json.BeginArray("missing");
  for (const v1::MissingJoiner& joiner : missing) {
    json.BeginObject().Text("joiner", joiner.joiner()).Text("reason", joiner.reason()).EndObject();
  }
  json.EndArray();
}

std::unique_ptr<v1::Query::Stub> QueryStubTo(const std::string& server, grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kAnswerWaitMax);
  return v1::Query::NewStub(rpc::ChannelTo(server));
}

}  // namespace oneway::cli
