// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coarse, countAbove, lowerBound, total } from '../../common/page/src/histogram.js';

// Bucket 0 holds (1 s, 2^(1/64) s]; 64 is twice as long.
const histogram = { bucket_index: [-64, 0, 64], bucket_count: ['10', '20', '30'], zero_count: '5' };

test('all counts together, with those of exactly 0', () => {
  assert.equal(total(histogram), 65);
  assert.equal(total(undefined), 0);
});

test('buckets are 64 to an octave', () => {
  assert.equal(lowerBound(64), 2);
  assert.equal(lowerBound(-64), 0.5);
});

test('what is longer than a bound', () => {
  assert.equal(countAbove(histogram, 1), 50);
  assert.equal(countAbove(histogram, 1.5), 30);
  assert.equal(countAbove(histogram, 100), 0);
  assert.equal(countAbove(histogram, 0.001), 60);
  assert.equal(countAbove(histogram, lowerBound(64.5)), 15, 'half of the bucket that the bound cuts');
});

test('wider steps keep every count', () => {
  const steps = coarse(histogram, 8);
  assert.deepEqual(steps.map(({ count }) => count), [10, 20, 30]);
  assert.ok(steps.every(({ from, to }) => from < to));
  assert.ok(steps[1].from <= 1.01 && steps[1].to > 1.005);
  assert.deepEqual(coarse({ bucket_index: [0, 1, 2], bucket_count: ['1', '2', '3'] }, 8).map(({ count }) => count), [6]);
  assert.deepEqual(coarse(undefined, 8), []);
});
