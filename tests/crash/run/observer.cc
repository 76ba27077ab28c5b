// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/run/observer.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <boost/system/system_error.hpp>
#include <functional>
#include <future>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/crash/plan/fault_plan.h"

namespace oneway::test::crash {
namespace {

using std::chrono::seconds;

// Long enough for a cluster on a busy machine to get over a fault.
constexpr auto kAskFor = seconds(60);
constexpr auto kAnswerWaitMax = seconds(5);
constexpr size_t kReaders = 6;

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// Calls until the answer is complete. `is_complete` says what is missing otherwise.
template <typename Reply>
absl::Status Ask(const std::string& what, Reply& reply,
                 const std::function<grpc::Status(grpc::ClientContext&, Reply&)>& call,
                 const std::function<bool(const Reply&)>& is_complete) {
  const auto deadline = std::chrono::steady_clock::now() + kAskFor;
  std::string problem;
  while (std::chrono::steady_clock::now() < deadline) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + kAnswerWaitMax);
    reply.Clear();
    const grpc::Status status = call(context, reply);
    if (status.ok() && is_complete(reply)) return absl::OkStatus();
    problem = status.ok() ? reply.ShortDebugString() : status.error_message();
  }
  return absl::DeadlineExceededError(absl::StrCat(what, " is not answered: ", problem));
}

absl::StatusOr<MetricsPage> Scrape(const std::string& http_address) {
  try {
    const HttpReply reply = HttpGet(http_address, "/metrics");
    if (reply.status == 200) return MetricsPage::Parse(reply.body);
    return absl::UnavailableError(absl::StrCat(http_address, " answers ", reply.status));
  } catch (const boost::system::system_error& error) {
    return absl::UnavailableError(absl::StrCat(http_address, ": ", error.what()));
  }
}

template <typename Reply>
bool HasAll(const Reply& reply) {
  return reply.missing_size() == 0;
}

}  // namespace

Observer::Observer(const Cluster& cluster) : cluster_(cluster) {
  for (int i = 0; i < static_cast<int>(kJoiners); ++i) {
    const auto channel = ChannelTo(cluster.joiner_address(i));
    queries_.push_back(v1::Query::NewStub(channel));
    joiners_.push_back(v1::JoinerQuery::NewStub(channel));
  }
  for (int i = 0; i < static_cast<int>(kPartitioners); ++i) {
    queries_.push_back(v1::Query::NewStub(ChannelTo(cluster.partitioner_address(i))));
  }
}

absl::Status Observer::AskKey(size_t first_server, const SentFlow& flow, v1::KeyReply& reply) const {
  v1::KeyRequest request;
  request.set_flow(flow.plan.flow);
  request.set_key(flow.plan.key);
  size_t server = first_server;
  return Ask<v1::KeyReply>(
      "key " + flow.plan.key, reply,
      [&](grpc::ClientContext& context, v1::KeyReply& answer) {
        return queries_[server++ % queries_.size()]->Key(&context, request, &answer);
      },
      HasAll<v1::KeyReply>);
}

absl::StatusOr<std::vector<v1::KeyReply>> Observer::Keys(const std::vector<const SentFlow*>& flows) const {
  std::vector<v1::KeyReply> replies(flows.size());
  std::atomic<size_t> next{0};
  const auto read = [&]() -> absl::Status {
    for (size_t i = next++; i < flows.size(); i = next++) {
      if (absl::Status status = AskKey(i, *flows[i], replies[i]); !status.ok()) return status;
    }
    return absl::OkStatus();
  };
  std::vector<std::future<absl::Status>> readers;
  for (size_t i = 0; i < kReaders; ++i) readers.push_back(std::async(std::launch::async, read));
  absl::Status outcome;
  for (auto& reader : readers) outcome.Update(reader.get());
  if (!outcome.ok()) return outcome;
  return replies;
}

absl::StatusOr<ClusterView> Observer::View() const {
  ClusterView view;
  view.joiners.resize(joiners_.size());
  for (size_t i = 0; i < joiners_.size(); ++i) {
    absl::Status status = Ask<v1::LocalStatsReply>(
        absl::StrCat("ledger of joiner-", i), view.joiners[i],
        [&](grpc::ClientContext& context, v1::LocalStatsReply& reply) {
          return joiners_[i]->LocalStats(&context, {}, &reply);
        },
        [](const v1::LocalStatsReply&) { return true; });
    if (!status.ok()) return status;
    auto page = Scrape(cluster_.joiner_http_address(static_cast<int>(i)));
    if (!page.ok()) return page.status();
    view.pages.push_back(*std::move(page));
  }
  absl::Status status = Ask<v1::StatsReply>(
      "stats", view.cluster,
      [&](grpc::ClientContext& context, v1::StatsReply& reply) { return queries_.back()->Stats(&context, {}, &reply); },
      HasAll<v1::StatsReply>);
  if (!status.ok()) return status;
  status = Ask<v1::BalanceReply>(
      "balance", view.balance,
      [&](grpc::ClientContext& context, v1::BalanceReply& reply) {
        return queries_.front()->Balance(&context, {}, &reply);
      },
      HasAll<v1::BalanceReply>);
  if (!status.ok()) return status;
  return view;
}

absl::Status Observer::AwaitSettled() const {
  const auto deadline = std::chrono::steady_clock::now() + kAskFor;
  while (std::chrono::steady_clock::now() < deadline) {
    uint64_t unsettled = 0;
    for (int i = 0; i < static_cast<int>(kPartitioners); ++i) {
      const auto page = Scrape(cluster_.partitioner_http_address(i));
      if (!page.ok()) return page.status();
      unsettled += page->SumOf("oneway_forward_unsettled_events");
    }
    if (unsettled == 0) return absl::OkStatus();
  }
  return absl::DeadlineExceededError("partitioners still hold events that no joiner has settled");
}

}  // namespace oneway::test::crash
