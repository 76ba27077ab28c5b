// SPDX-License-Identifier: Apache-2.0
#include "common/histogram/bounds.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace oneway::histogram {
namespace {

constexpr int kBucketsPerDoubling = 64;
constexpr int kBoundShift = 33;  // bits by which the bounds below are scaled: as many as fit into 64 bits

// kBounds[j] = floor(10^9 * 2^33 * 2^(j/64)): the bounds within one doubling, from 1 s (j = 0) to just below 2 s.
// All but the first are irrational before the floor, so an integer is above the bound exactly when it is above the
// floor.
constexpr std::array<uint64_t, kBucketsPerDoubling> kBounds = {
    8589934592000000000u,  8683472846937684881u,  8778029666690163097u,  8873616142701065128u,  8970243487191923876u,
    9067923034477359786u,  9166666242294587410u,  9266484693147399330u,  9367390095664785123u,  9469394285974344705u,
    9572509229090657174u,  9676747020318767991u,  9782119886672959139u,  9888640188310968678u,  9996320419983827919u,
    10105173212501486301u, 10215211334214395865u, 10326447692511229132u, 10438895335332906060u, 10552567452703107670u,
    10667477378275455874u, 10783638590897540988u, 10901064716191980384u, 11019769528154693750u, 11139766950770582417u,
    11261071059646802285u, 11383696083663821928u, 11507656406644459537u, 11632966569041094487u, 11759641269641251434u,
    11887695367291757002u, 12017143882641671308u, 12148001999904198769u, 12280285068637784854u, 12414008605546607711u,
    12549188296300675864u, 12685839997375745474u, 12823979737913272979u, 12963623721600621303u, 13104788328571740157u,
    13247490117328543392u, 13391745826683208790u, 13537572377721628102u, 13684986875788237658u, 13834006612492462370u,
    13984649067737008471u, 14136931911768242919u, 14290873007248899965u, 14446490411353358019u, 14603802377885732581u,
    14762827359421033700u, 14923584009469639096u, 15086091184665336863u, 15250367946977194384u, 15416433565945512928u,
    15584307520942130186u, 15754009503455335899u, 15925559419399668578u, 16098977391450864265u, 16274283761406231218u,
    16451499092570727389u, 16630644172169020586u, 16811740013783814246u, 16994807859820724834u,
};

}  // namespace

int32_t BucketOf(Duration latency) {
  CHECK_GT(latency.count(), 0);
  const auto nanos = static_cast<uint64_t>(latency.count());

  // Doublings are taken out of the latency by a shift, which loses nothing, until it lies in (1 s, 2 s] of the table.
  int shift = std::countl_zero(nanos);
  if ((nanos << shift) > 2 * kBounds[0]) --shift;
  const uint64_t scaled = nanos << shift;

  // How many bounds lie below: six halvings without a branch that depends on the latency.
  const uint64_t* bound = kBounds.data();
  for (int step = kBucketsPerDoubling / 2; step > 0; step /= 2) bound += (scaled > bound[step]) ? step : 0;
  return kBucketsPerDoubling * (kBoundShift - shift) + static_cast<int32_t>(bound - kBounds.data());
}

Duration LargestIn(int32_t bucket) {
  if (bucket < kBucketMin) return Duration::zero();
  if (bucket >= kBucketMax) return Duration::max();
  const int32_t upper = bucket + 1;
  const int32_t within = upper & (kBucketsPerDoubling - 1);
  const int32_t doublings = (upper - within) / kBucketsPerDoubling;
  const uint64_t nanos = kBounds[within] >> (kBoundShift - doublings);
  return Duration(static_cast<int64_t>(std::min<uint64_t>(nanos, std::numeric_limits<int64_t>::max())));
}

}  // namespace oneway::histogram
