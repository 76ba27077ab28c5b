// SPDX-License-Identifier: Apache-2.0
#include "cli/server.h"

#include <ostream>

#include "common/rpc/channel.h"

namespace oneway::cli {

Exit TellNoAnswer(const std::string& server, const grpc::Status& failure, Console& console) {
  switch (failure.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      console.err << "oneway: no Oneway partitioner answers at " << server
                  << "; start one with `oneway-partitioner` or name another with --server\n";
      break;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      console.err << "oneway: " << server << " did not answer within " << kAnswerWaitMax.count()
                  << " s; is it overloaded, or not a partitioner?\n";
      break;
    case grpc::StatusCode::UNIMPLEMENTED:
      console.err << "oneway: what listens at " << server
                  << " does not take this question; name a partitioner with --server\n";
      break;
    default:
      console.err << "oneway: " << server << " refused: " << failure.error_message() << "\n";
  }
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
