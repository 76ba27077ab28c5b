// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing, newLive, problems, rateOf, ratesOf, silence, take } from '../../common/page/src/live.js';

function totals(started, matched, open, more = {}) {
  return {
    flows: [{ flow: 'push', counters: { started: String(started), matched: String(matched), expired: '0' }, open: String(open), oldest_open_seconds: 1 }],
    missing: [], ...more,
  };
}

// A flow of ten keys a second that ends `ended(second)` of them in all.
function watch(seconds, ended) {
  const live = newLive();
  for (let at = 0; at <= seconds; ++at) take(live, 'totals', totals(10 * at, ended(at), 10 * at - ended(at) + 5), at);
  return live.history.get('push');
}

test('rates are of the last seconds', () => {
  const past = watch(30, (at) => (at < 20 ? 10 * at : 10 * 20));
  assert.equal(rateOf(past, 'started'), 10);
  assert.equal(rateOf(past, 'ended'), 0);
  assert.equal(ratesOf(past, 'ended')[3], 10);
  assert.equal(rateOf(past.slice(0, 1), 'started'), undefined);
  assert.equal(rateOf(undefined, 'started'), undefined);
});

test('a flow that stalls is noticed within two seconds', () => {
  const stall = (seconds) => silence(watch(20 + seconds, (at) => 10 * Math.min(at, 20)));
  assert.equal(stall(0), 0);
  assert.equal(stall(1), 1);
  assert.equal(stall(2), 2);
  assert.equal(stall(3), 3);
  assert.equal(stall(40), 40);
});

test('rates go by when figures were taken, not by when they came', () => {
  const live = newLive();
  take(live, 'totals', totals(0, 0, 0, { until_unix_nanos: '1772373600000000000' }), 10);
  take(live, 'totals', totals(10, 10, 0, { until_unix_nanos: '1772373601000000000' }), 10.01);
  take(live, 'totals', totals(10, 10, 0, { until_unix_nanos: '1772373601000000000' }), 10.02);
  assert.deepEqual(ratesOf(live.history.get('push'), 'started'), [10]);
});

test('a flow that goes on is not', () => {
  assert.equal(silence(watch(60, (at) => 10 * at)), 0);
});

test('a slow flow has longer before it counts as stalled', () => {
  // One end in five seconds.
  const slow = (until, seconds) => silence(watch(seconds, (at) => Math.floor(Math.min(at, until) / 5)));
  assert.equal(slow(60, 66), 0);
  assert.ok(slow(60, 110) > 0);
});

test('a flow that ends in bursts pauses between them', () => {
  // Thirty keys each third second.
  const bursts = (until, seconds) => silence(watch(seconds, (at) => 30 * Math.floor(Math.min(at, until) / 3)));
  for (let seconds = 60; seconds < 66; ++seconds) assert.equal(bursts(100, seconds), 0, `${seconds} s`);
  assert.equal(bursts(60, 63), 0);
  assert.equal(bursts(60, 64), 4);
});

test('a pause of the past does not hide the next for longer than five seconds', () => {
  const twice = (seconds) => silence(watch(60 + seconds, (at) => 10 * (at < 20 ? at : at < 40 ? 20 : Math.min(at, 60) - 20)));
  assert.equal(twice(4), 0);
  assert.equal(twice(5), 5);
});

test('nothing that waits, nothing that stalls; nor what never moved', () => {
  const live = newLive();
  for (let at = 0; at < 30; ++at) take(live, 'totals', totals(10 * Math.min(at, 10), 10 * Math.min(at, 10), 0), at);
  assert.equal(silence(live.history.get('push')), 0);
  assert.equal(silence(watch(30, () => 0)), 0);
  assert.equal(silence(undefined), 0);
});

test('no rate goes across a joiner that went missing', () => {
  const live = newLive();
  take(live, 'totals', totals(1000, 900, 100), 0);
  take(live, 'totals', totals(600, 500, 100, { missing: [{ joiner: 'joiner-1', reason: 'away' }] }), 1);
  take(live, 'totals', totals(606, 505, 100, { missing: [{ joiner: 'joiner-1', reason: 'away' }] }), 2);
  take(live, 'totals', totals(1012, 910, 100), 3);
  assert.equal(rateOf(live.history.get('push'), 'started'), undefined);
  assert.deepEqual(ratesOf(live.history.get('push'), 'started'), [NaN, 6, NaN]);
  take(live, 'totals', totals(1022, 920, 100), 4);
  assert.equal(rateOf(live.history.get('push'), 'started'), 10);
});

test('history is bounded', () => {
  assert.ok(watch(1000, (at) => at).length <= 121);
});

test('joiners that are missing are named once, and a problem goes away by itself', () => {
  const live = newLive();
  take(live, 'problem', { topic: 'stats', error: 'not yet' }, 0);
  take(live, 'totals', totals(1, 1, 0), 0);
  assert.deepEqual(problems(live), ['not yet']);
  const gone = [{ joiner: 'joiner-1', reason: 'recovering' }];
  take(live, 'stats', { flows: [], missing: gone }, 1);
  take(live, 'cluster', { joiners: [], missing: gone }, 1);
  assert.deepEqual(problems(live), []);
  assert.deepEqual(missing(live), gone);
  take(live, 'stats', { flows: [], missing: [] }, 2);
  take(live, 'cluster', { joiners: [], missing: [] }, 2);
  assert.deepEqual(missing(live), []);
});
