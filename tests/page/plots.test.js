// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTick, decades, durationTicks, fromZero } from '../../common/page/src/plots/axis.js';
import { cohorts, heat, percentiles, timeRange } from '../../common/page/src/plots/series.js';
import { sparkPath } from '../../common/page/src/plots/spark.js';

const timeline = {
  step_seconds: 60,
  points: [
    { from_unix_nanos: '60000000000', counters: { started: '9', matched: '6', expired: '1' }, cohort_open: '2', p50_seconds: 0.1, p90_seconds: 'Infinity', p99_seconds: 0,
      latency: { bucket_index: [0, 64], bucket_count: ['1', '100'] } },
    { from_unix_nanos: '120000000000', counters: {}, p50_seconds: 0.2, p90_seconds: 0.3, p99_seconds: 0.4 },
  ],
};

test('axes of durations go over whole powers of ten', () => {
  assert.deepEqual(decades(0.002, 0.5), [0.001, 1]);
  assert.deepEqual(decades(0.01, 0.01), [0.01, 0.1]);
  assert.deepEqual(decades(Infinity, -Infinity), [0.001, 1]);
  assert.deepEqual(durationTicks(0.001, 1), [0.001, 0.01, 0.1, 1]);
  assert.deepEqual(durationTicks(1, 10000), [1, 10, 60, 600, 3600]);
});

test('axes of counts end above the largest, at a round number', () => {
  assert.deepEqual(fromZero(27000), [0, 30000]);
  assert.deepEqual(fromZero(1), [0, 1.5]);
  assert.deepEqual(fromZero(99), [0, 120]);
  assert.deepEqual(fromZero(0), [0, 1]);
  assert.deepEqual([0, 1500, 30000, 100000, 1050, 0.5].map(countTick), ['0', '1.5 k', '30 k', '100 k', '1.05 k', '']);
});

test('percentiles leave gaps where there is nothing to show', () => {
  assert.deepEqual(percentiles(timeline), [[90, 150], [0.1, 0.2], [null, 0.3], [null, 0.4]]);
  assert.deepEqual(timeRange(timeline), [60, 180]);
});

test('the heat map is strongest where most ended, and shows single ones', () => {
  const [weak, strong] = heat(timeline, 8);
  assert.equal(strong.alpha, 1);
  assert.ok(weak.alpha > 0.12 && weak.alpha < 0.5);
  assert.deepEqual([weak.x0, weak.x1], [60, 120]);
});

test('of those that started, some matched, some expired, some are open', () => {
  assert.deepEqual(cohorts(timeline)[0], { from: 60, matched: 6, expired: 1, open: 2 });
  assert.deepEqual(cohorts(timeline)[1], { from: 120, matched: 0, expired: 0, open: 0 });
});

test('a spark line ends at the right and reaches the top at its most', () => {
  assert.equal(sparkPath([1], 10), '');
  const path = sparkPath([0, 5, 10], 3);
  assert.match(path, /^M0\.0 20\.5L48\.0 \S+L96\.0 1\.5$/);
  assert.match(sparkPath([1, 1], 11), /^M86\.4 /, 'a short history begins later');
  assert.ok(!sparkPath([0, 0, 0], 3).includes('NaN'));
  assert.match(sparkPath([1, 2, NaN, 2, 1], 5), /^M\S+ \S+L\S+ \S+M\S+ \S+L\S+ \S+$/, 'a gap');
});
