// SPDX-License-Identifier: Apache-2.0
// LatencyHistogram of the API: bucket i holds (2^(i/64), 2^((i+1)/64)] seconds. Pure.

const BUCKETS_PER_OCTAVE = 64;

export const lowerBound = (index) => 2 ** (index / BUCKETS_PER_OCTAVE);

export function total(histogram) {
  if (!histogram) return 0;
  return (histogram.bucket_count ?? []).reduce((sum, count) => sum + Number(count), Number(histogram.zero_count ?? 0));
}

// How many are longer than so many seconds; a bucket that the bound cuts counts by its share.
export function countAbove(histogram, seconds) {
  if (!histogram) return 0;
  const bound = Math.log2(seconds) * BUCKETS_PER_OCTAVE;
  let above = 0;
  (histogram.bucket_index ?? []).forEach((index, place) => {
    above += Number(histogram.bucket_count[place]) * Math.min(1, Math.max(0, index + 1 - bound));
  });
  return Math.round(above);
}

// The same counts in wider steps: [{from, to, count}], ascending, only those that hold something.
export function coarse(histogram, stepsPerDecade) {
  const sums = new Map();
  const steps = (index) => Math.floor(((index + 0.5) / BUCKETS_PER_OCTAVE) * Math.log10(2) * stepsPerDecade);
  (histogram?.bucket_index ?? []).forEach((index, place) => {
    const step = steps(index);
    sums.set(step, (sums.get(step) ?? 0) + Number(histogram.bucket_count[place]));
  });
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([step, count]) => ({ from: 10 ** (step / stepsPerDecade), to: 10 ** ((step + 1) / stepsPerDecade), count }));
}
