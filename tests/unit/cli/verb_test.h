// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/console.h"
#include "oneway/v1/query.grpc.pb.h"
#include "tests/unit/client/support/ingest_server.h"

namespace oneway::cli {

// Service Query with the replies that a test sets before it asks; keeps what it was asked.
class FakeQuery final : public v1::Query::Service {
 public:
  grpc::Status Stats(grpc::ServerContext*, const v1::StatsRequest* request, v1::StatsReply* reply) override {
    stats_request = *request;
    *reply = stats;
    return status;
  }
  grpc::Status Key(grpc::ServerContext*, const v1::KeyRequest* request, v1::KeyReply* reply) override {
    key_request = *request;
    *reply = key;
    return status;
  }
  grpc::Status Balance(grpc::ServerContext*, const v1::BalanceRequest*, v1::BalanceReply* reply) override {
    *reply = balance;
    return status;
  }

  grpc::Status Overdue(grpc::ServerContext*, const v1::OverdueRequest* request, v1::OverdueReply* reply) override {
    overdue_request = *request;
    *reply = overdue;
    return status;
  }
  // One reply, and then its end.
  grpc::Status Tail(grpc::ServerContext*, const v1::TailRequest* request,
                    grpc::ServerWriter<v1::TailReply>* replies) override {
    tail_request = *request;
    replies->Write(tail);
    return status;
  }

  grpc::Status status;
  v1::StatsReply stats;
  v1::KeyReply key;
  v1::BalanceReply balance;
  v1::OverdueReply overdue;
  v1::TailReply tail;
  v1::StatsRequest stats_request;
  v1::OverdueRequest overdue_request;
  v1::TailRequest tail_request;
  v1::KeyRequest key_request;
};

// Runs verbs by their command lines against a partitioner of the test's own.
class VerbTest : public testing::Test {
 protected:
  // Runs `oneway --server <server> <arguments>`; the exit code.
  int Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"oneway", "--server", server_address_});
    std::vector<const char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
    out_.str("");
    err_.str("");
    return RunCommandLine(static_cast<int>(pointers.size()), pointers.data(), console_);
  }

  void StopServer() { server_->Stop(); }

  static void AddMissing(google::protobuf::RepeatedPtrField<v1::MissingJoiner>& missing) {
    v1::MissingJoiner& joiner = *missing.Add();
    joiner.set_joiner("joiner-1");
    joiner.set_reason("connection refused");
  }

  // What Ingest answers; OK to everything unless a test says otherwise.
  client::IngestServer::Handler ingest_ = client::IngestServer::AnswersOk();
  FakeQuery query_;
  std::unique_ptr<client::IngestServer> server_ =
      std::make_unique<client::IngestServer>([this](const v1::IngestBatch& batch) { return ingest_(batch); }, &query_);
  std::string server_address_ = server_->target();

  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  Console console_{.in = in_, .out = out_, .err = err_};
};

}  // namespace oneway::cli
