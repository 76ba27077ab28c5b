// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>

#include "cli/console.h"
#include "cli/json_writer.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::cli {

// How long a verb waits for an answer.
inline constexpr std::chrono::seconds kAnswerWaitMax{10};

// Says on standard error that nobody, or nobody right, answers at `server`, and what to do.
// `failure` is what gRPC has to say; nothing listening is told without it.
Exit TellNoAnswer(const std::string& server, const grpc::Status& failure, Console& console);

// Its first half: what is wrong, without advice, a full stop, or the name of this tool.
std::string NoAnswerSentence(const std::string& server, const grpc::Status& failure);

// Whether something accepts connections at `server` within a few seconds.
bool Listens(const std::string& server);

// Asks one question of a partitioner's service Query:
//   Ask(server, &v1::Query::Stub::Stats, request, reply)
template <typename Request, typename Reply>
grpc::Status Ask(const std::string& server,
                 grpc::Status (v1::Query::Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                 const Request& request, Reply& reply);

// Says on standard error which joiners did not answer. kPartial if there are any.
Exit TellMissing(const google::protobuf::RepeatedPtrField<v1::MissingJoiner>& missing, Console& console);

// Why it did not answer, without what gRPC adds in brackets.
std::string ShortReason(const v1::MissingJoiner& joiner);

// The missing for programs: "missing":[{"joiner":...,"reason":...}].
void WriteMissing(const google::protobuf::RepeatedPtrField<v1::MissingJoiner>& missing, JsonWriter& json);

// Implementation.

std::unique_ptr<v1::Query::Stub> QueryStubTo(const std::string& server, grpc::ClientContext& context);

template <typename Request, typename Reply>
grpc::Status Ask(const std::string& server,
                 grpc::Status (v1::Query::Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                 const Request& request, Reply& reply) {
  grpc::ClientContext context;
  const auto stub = QueryStubTo(server, context);
  return ((*stub).*method)(&context, request, &reply);
}

}  // namespace oneway::cli
