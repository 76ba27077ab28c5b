// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../../common/page/src/format.js';

const table = (of, pairs) => {
  for (const [value, expected] of pairs) assert.equal(of(value), expected, `of ${value}`);
};

test('durations have three digits and a unit people know', () => {
  table(format.duration, [[0, '0 s'], [1.5e-9, '1.50 ns'], [0.00042, '420 µs'], [0.0124, '12.4 ms'], [0.9999, '1.00 s'],
    [1.234, '1.23 s'], [59.4, '59.4 s'], [59.99, '1 min'], [61, '1 min 1 s'], [3725, '1 h 2 min'], [7200, '2 h'],
    [90000, '1 d 1 h'], [-0.5, '−500 ms'], [Infinity, '∞'], [NaN, '–']]);
});

test('ticks are short', () => {
  table(format.tick, [[0.001, '1 ms'], [0.01, '10 ms'], [1, '1 s'], [60, '1 min'], [600, '10 min'], [3600, '1 h'], [864000, '10 d'], [1e-6, '1 µs']]);
});

test('counts are whole and grouped, large ones shortened', () => {
  table(format.count, [['0', '0'], ['1234567', '1,234,567'], ['99999999', '99,999,999'], ['123456789', '123 M'], [undefined, '–']]);
});

test('rates are readable from none to many', () => {
  table(format.rate, [[0, '0'], [0.01, '<0.1'], [3.14, '3.1'], [9.96, '10.0'], [420.4, '420'], [12345, '12,345'], [123456, '123 k'], [undefined, '–']]);
});

test('bytes are binary', () => {
  table(format.bytes, [['512', '512 B'], [4096, '4.00 KiB'], [String(82 * 2 ** 30), '82.0 GiB']]);
});

test('shares', () => {
  assert.equal(format.percent(1, 0), '–');
  assert.equal(format.percent(1, 10000), '<0.1 %');
  assert.equal(format.percent(5, 10), '50 %');
  assert.equal(format.percent(0, 10), '0 %');
});

test('times are exact where numbers are not', () => {
  assert.equal(format.secondsBetween('1772373600000000001', '1772373600250000001'), 0.25);
  assert.match(format.timeOfDay('1772373600250000000'), /^\d\d:\d\d:00\.250$/);
  assert.equal(format.timeOfDay('0'), '–');
});

test('doubles may be infinite in JSON', () => {
  assert.equal(format.double('Infinity'), Infinity);
  assert.equal(format.double(undefined), 0);
});

test('plurals', () => {
  assert.equal(format.plural('1', 'joiner'), '1 joiner');
  assert.equal(format.plural(1200, 'joiner'), '1,200 joiners');
});
