// SPDX-License-Identifier: Apache-2.0
#include "common/page/page_routes.h"

#include <zlib.h>

#include "common/page/gzip.h"
#include "common/page/page_files.h"
#include "tests/unit/common/observe/http_fixture.h"

namespace oneway::page {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string Unzipped(const std::string& compressed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string bytes(10 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return bytes;
}

class PageRoutesTest : public observe::HttpServerTest {
 protected:
  void AddRoutes(observe::HttpServer& server) override { AddPageRoutes(server); }

  static std::string BodyOf(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
};

TEST_F(PageRoutesTest, ThePageIsServedAtTheRoot) {
  Start();
  EXPECT_THAT(Get("/"), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Content-Type: text/html; charset=utf-8"),
                              HasSubstr("Content-Security-Policy: default-src 'self';"),
                              HasSubstr("X-Content-Type-Options: nosniff"), HasSubstr("src=\"app.js\"")));
  EXPECT_THAT(Get("/app.js"), HasSubstr("Content-Type: text/javascript"));
  EXPECT_THAT(Get("/app.css"), HasSubstr("Content-Type: text/css"));
  EXPECT_THAT(Get("/icon.svg"), HasSubstr("Content-Type: image/svg+xml"));
}

TEST_F(PageRoutesTest, ItIsCompressedForThoseWhoTakeIt) {
  Start();
  const std::string plain = Get("/app.js");
  EXPECT_THAT(plain, Not(HasSubstr("Content-Encoding")));
  const std::string compressed =
      Exchange("GET /app.js HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n");
  EXPECT_THAT(compressed, HasSubstr("Content-Encoding: gzip"));
  EXPECT_LT(compressed.size(), plain.size());
  EXPECT_EQ(Unzipped(BodyOf(compressed)), BodyOf(plain));
}

TEST_F(PageRoutesTest, NothingOfItIsInline) {
  for (const PageFile& file : PageFiles()) {
    if (file.name != "index.html") continue;
    const std::string html(file.bytes);
    EXPECT_THAT(html, AllOf(Not(HasSubstr("<style")), Not(HasSubstr("style=")), Not(HasSubstr("<script>")),
                            Not(HasSubstr("onclick"))));
    EXPECT_THAT(html, Not(HasSubstr("://")));
  }
}

TEST(PageFiles, AreSmallTogether) {
  size_t bytes = 0;
  for (const PageFile& file : PageFiles()) bytes += Gzip(file.bytes).size();
  EXPECT_GT(bytes, 10'000u);
  EXPECT_LE(bytes, kGzipBytesMax);
}

}  // namespace
}  // namespace oneway::page
