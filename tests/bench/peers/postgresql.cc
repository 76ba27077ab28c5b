// SPDX-License-Identifier: Apache-2.0
//
// Matching with PostgreSQL, batched: one INSERT of arrays for the starts of a batch, one DELETE ... RETURNING for its
// ends, one transaction for both.
#include <endian.h>
#include <glog/logging.h>
#include <libpq-fe.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <memory>
#include <string>

#include "tests/bench/peers/peer_load.h"

namespace oneway::bench {
namespace {

constexpr char kCreate[] = "CREATE TABLE flows (key bytea PRIMARY KEY, started_at bigint NOT NULL)";
constexpr char kStarts[] = "INSERT INTO flows SELECT * FROM unnest($1::bytea[], $2::bigint[]) ON CONFLICT DO NOTHING";
constexpr char kEnds[] = "DELETE FROM flows WHERE key = ANY($1::bytea[]) RETURNING key, started_at";

constexpr int kBinary = 1;

using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

// An array of one dimension in PostgreSQL's binary form, which the server need not parse; numbers in network order.
class BinaryArray {
 public:
  static constexpr uint32_t kBytea = 17;  // a type's number, as in the server's pg_type.h
  static constexpr uint32_t kBigint = 20;

  explicit BinaryArray(uint32_t type) {
    AddNumber<uint32_t>(1);  // dimension
    AddNumber<uint32_t>(0);  // no element is NULL
    AddNumber<uint32_t>(type);
    AddNumber<uint32_t>(0);  // how many, once that is known
    AddNumber<uint32_t>(1);  // number of the first
  }
  void AddBytes(const std::string& bytes) {
    AddNumber(static_cast<uint32_t>(bytes.size()));
    form_ += bytes;
    ++elements_;
  }
  void AddBigint(int64_t number) {
    AddNumber(static_cast<uint32_t>(sizeof(number)));
    AddNumber(number);
    ++elements_;
  }
  bool empty() const { return elements_ == 0; }
  const std::string& Finish() {
    const uint32_t elements = htobe32(elements_);
    std::memcpy(form_.data() + kElementsAt, &elements, sizeof(elements));
    return form_;
  }

 private:
  static constexpr size_t kElementsAt = 12;

  template <typename Number>
  void AddNumber(Number number) {
    for (size_t byte = sizeof(number); byte > 0; --byte) form_ += static_cast<char>(number >> (8 * (byte - 1)));
  }

  std::string form_;
  uint32_t elements_ = 0;
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
    BinaryArray keys(BinaryArray::kBytea);
    BinaryArray times(BinaryArray::kBigint);
    BinaryArray ends(BinaryArray::kBytea);
    for (const PeerEvent& event : batch) {
      if (event.kind == event::Kind::kEnd) {
        ends.AddBytes(event.key);
        continue;
      }
      keys.AddBytes(event.key);
      times.AddBigint(event.time.time_since_epoch().count());
    }
    Command("BEGIN");
    if (!keys.empty()) Execute("starts", {&keys.Finish(), &times.Finish()});
    const uint64_t matched = ends.empty() ? 0 : PQntuples(Execute("ends", {&ends.Finish()}).get());
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

  Result Execute(const char* statement, const std::vector<const std::string*>& arguments) {
    std::vector<const char*> values;
    std::vector<int> sizes;
    const std::vector<int> formats(arguments.size(), kBinary);
    for (const std::string* argument : arguments) {
      values.push_back(argument->data());
      sizes.push_back(static_cast<int>(argument->size()));
    }
    Result result(PQexecPrepared(connection_.get(), statement, static_cast<int>(values.size()), values.data(),
                                 sizes.data(), formats.data(), kBinary),
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
