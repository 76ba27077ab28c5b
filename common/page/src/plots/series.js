// SPDX-License-Identifier: Apache-2.0
// Points of a TimelineReply as what plots need. Pure.
import { double } from '../format.js';
import { coarse } from '../histogram.js';

export const seconds = (nanos) => Number(BigInt(nanos) / 1000000n) / 1000;

// Axis of time over all points: [from, to] in seconds.
export function timeRange({ points, step_seconds: step }) {
  if (!points?.length) return [0, 1];
  return [seconds(points[0].from_unix_nanos), seconds(points.at(-1).from_unix_nanos) + step];
}

// [times, p50, p90, p99], in seconds, at the middle of each point; null where nothing ended, or has not yet.
export function percentiles({ points, step_seconds: step }) {
  const of = (name) => points.map((point) => {
    const value = double(point[name]);
    return value > 0 && Number.isFinite(value) ? value : null;
  });
  return [points.map((point) => seconds(point.from_unix_nanos) + step / 2), of('p50_seconds'), of('p90_seconds'), of('p99_seconds')];
}

// Rectangles of the heat map: the more ended so in a point, the stronger; by the logarithm, for a few slow ones matter.
export function heat({ points, step_seconds: step }, stepsPerDecade) {
  const cells = points.flatMap((point) => {
    const from = seconds(point.from_unix_nanos);
    return coarse(point.latency, stepsPerDecade).map((bucket) => ({ x0: from, x1: from + step, y0: bucket.from, y1: bucket.to, count: bucket.count }));
  });
  const most = Math.log1p(cells.reduce((max, cell) => Math.max(max, cell.count), 0));
  return cells.map((cell) => ({ ...cell, alpha: 0.12 + 0.88 * (Math.log1p(cell.count) / most) }));
}

// Of those that started in each point, as a timeline by start tells it: [{from, matched, expired, open}].
export function cohorts({ points }) {
  return points.map((point) => {
    const { matched = 0, expired = 0 } = point.counters ?? {};
    return { from: seconds(point.from_unix_nanos), matched: Number(matched), expired: Number(expired), open: Number(point.cohort_open ?? 0) };
  });
}
