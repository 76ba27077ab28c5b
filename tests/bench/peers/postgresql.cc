// SPDX-License-Identifier: Apache-2.0
//
// Matching with PostgreSQL, batched: one INSERT of arrays for the starts of a batch, one DELETE ... RETURNING for its
// ends, one transaction for both.
#include <glog/logging.h>
#include <libpq-fe.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "tests/bench/peers/peer_load.h"

namespace oneway::bench {
namespace {

constexpr char kCreate[] = "CREATE TABLE flows (key bytea PRIMARY KEY, started_at bigint NOT NULL)";
constexpr char kStarts[] = "INSERT INTO flows SELECT * FROM unnest($1::bytea[], $2::bigint[]) ON CONFLICT DO NOTHING";
constexpr char kEnds[] = "DELETE FROM flows WHERE key = ANY($1::bytea[]) RETURNING key, started_at";

using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

// Arrays in text form; bytea in hexadecimal.
class TextArray {
 public:
  void AddBytes(const std::string& bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    Separate();
    text_ += "\"\\\\x";
    for (const char c : bytes) {
      const auto byte = static_cast<uint8_t>(c);
      text_ += kDigits[byte >> 4];
      text_ += kDigits[byte & 15];
    }
    text_ += '"';
  }
  void AddNumber(int64_t number) {
    Separate();
    text_ += std::to_string(number);
  }
  bool empty() const { return text_.size() == 1; }
  const char* Finish() {
    text_ += '}';
    return text_.c_str();
  }

 private:
  void Separate() {
    if (!empty()) text_ += ',';
  }

  std::string text_ = "{";
};

class PostgreSql {
 public:
  explicit PostgreSql(const std::string& connection) : connection_(PQconnectdb(connection.c_str()), &PQfinish) {
    CHECK(PQstatus(connection_.get()) == CONNECTION_OK) << PQerrorMessage(connection_.get());
    Command(kCreate);
    Check(Result(PQprepare(connection_.get(), "starts", kStarts, 2, nullptr), &PQclear));
    Check(Result(PQprepare(connection_.get(), "ends", kEnds, 1, nullptr), &PQclear));
  }

  uint64_t Send(const std::vector<PeerEvent>& batch) {
    TextArray keys;
    TextArray times;
    TextArray ends;
    for (const PeerEvent& event : batch) {
      if (event.kind == event::Kind::kEnd) {
        ends.AddBytes(event.key);
        continue;
      }
      keys.AddBytes(event.key);
      times.AddNumber(event.time.time_since_epoch().count());
    }
    Command("BEGIN");
    const bool has_ends = !ends.empty();
    if (!keys.empty()) Execute("starts", {keys.Finish(), times.Finish()});
    const uint64_t matched = has_ends ? PQntuples(Execute("ends", {ends.Finish()}).get()) : 0;
    Command("COMMIT");
    return matched;
  }

  // What ended flows left in table and index is cleared away, and what lies in memory is written.
  void Settle() {
    Command("VACUUM flows");
    Command("CHECKPOINT");
  }

 private:
  void Command(const char* sql) { Check(Result(PQexec(connection_.get(), sql), &PQclear)); }

  Result Execute(const char* statement, const std::vector<const char*>& values) {
    Result result(PQexecPrepared(connection_.get(), statement, static_cast<int>(values.size()), values.data(), nullptr,
                                 nullptr, 0),
                  &PQclear);
    Check(result);
    return result;
  }

  void Check(const Result& result) {
    const ExecStatusType status = PQresultStatus(result.get());
    CHECK(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) << PQerrorMessage(connection_.get());
  }

  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

int Main(int argc, char** argv) {
  CLI::App app("The benchmark's load on PostgreSQL");
  std::string connection;
  PeerLoadOptions options;
  app.add_option("--connection", connection, "as libpq takes it")->required();
  app.add_option("--flows", options.flows);
  app.add_option("--flows-per-second", options.flows_per_second, "by the events' own times");
  app.add_option("--batch", options.batch_events, "events of a transaction");
  CLI11_PARSE(app, argc, argv);
  PostgreSql database(connection);
  const Peer peer{.send = [&database](const std::vector<PeerEvent>& batch) { return database.Send(batch); },
                  .settle = [&database] { database.Settle(); }};
  RunPeerLoad(options, peer).Print();
  return 0;
}

}  // namespace
}  // namespace oneway::bench

int main(int argc, char** argv) {
  google::InitGoogleLogging(argv[0]);
  FLAGS_logtostderr = true;
  return oneway::bench::Main(argc, argv);
}
