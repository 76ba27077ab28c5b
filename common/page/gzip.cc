// SPDX-License-Identifier: Apache-2.0
#include "common/page/gzip.h"

#include <glog/logging.h>
#include <zlib.h>

namespace oneway::page {

std::string Gzip(std::string_view bytes) {
  constexpr int kGzipWindowBits = 15 + 16;  // zlib's way to say: with gzip's header
  constexpr int kMemoryLevel = 9;
  z_stream stream{};
  CHECK_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY),
           Z_OK);
  std::string compressed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  CHECK_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return compressed;
}

}  // namespace oneway::page
