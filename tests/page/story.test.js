// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { events, partsSentence, verdict } from '../../common/page/src/story.js';

const SECOND = 1_000_000_000n;
const at = (seconds) => String(1_772_373_600n * SECOND + BigInt(seconds) * SECOND);
const tell = (reply, now = at(100)) => events(reply, now).map(({ title, note }) => `${title}${note && `: ${note}`}`);

test('a matched key starts and ends', () => {
  const reply = { state: 'MATCHED', started_unix_nanos: at(0), ended_unix_nanos: at(2), latency_nanos: '2000000000', deadline_unix_nanos: '0' };
  assert.deepEqual(tell(reply), ['Started', 'Ended: 2.00 s after the start']);
  assert.deepEqual([verdict(reply).kind, verdict(reply).latency], ['good', '2.00 s']);
});

test('an open key waits until it expires', () => {
  const reply = { state: 'OPEN', started_unix_nanos: at(0), ended_unix_nanos: '0', deadline_unix_nanos: at(600) };
  assert.deepEqual(tell(reply, at(60)), ['Started', 'Now: open for 1 min', 'Expires: if nothing comes, in 9 min']);
});

test('an expired key says when it expired, and nothing of later', () => {
  const reply = { state: 'EXPIRED', started_unix_nanos: at(0), ended_unix_nanos: '0', deadline_unix_nanos: at(600) };
  assert.deepEqual(tell(reply, at(900)), ['Started', 'Expired: 10 min after the start']);
});

test('an end before its start stands before it', () => {
  const reply = { state: 'MATCHED', started_unix_nanos: at(5), ended_unix_nanos: at(3), latency_nanos: '-2000000000' };
  assert.deepEqual(tell(reply), ['Ended: −2.00 s after the start', 'Started']);
});

test('a key that nobody knows has no story', () => {
  assert.deepEqual(tell({ state: 'ABSENT' }), []);
  assert.equal(verdict({ state: 'ABSENT' }).title, 'Not known');
});

test('an owner that does not answer is named', () => {
  const { kind, sentence } = verdict({ state: 'KEY_STATE_UNSPECIFIED', missing: [{ joiner: 'joiner-1', reason: 'recovering' }] });
  assert.equal(kind, 'bad');
  assert.match(sentence, /joiner-1 did not answer: recovering/);
});

test('a fan-out tells its parts', () => {
  const parts = { expected: 5, known: 4, ended: 3, missing: 2, missing_ids: [Buffer.from('p-3').toString('base64')], completed_unix_nanos: at(4), last_progress_unix_nanos: at(8) };
  assert.equal(partsSentence(parts), '5 parts expected, 4 known, 3 out, 2 missing (p-3)');
  assert.deepEqual(tell({ state: 'OPEN', started_unix_nanos: at(0), deadline_unix_nanos: '0', parts }),
    ['Started', 'Completed: all parts are declared, 4.00 s after the start', 'Last progress: 8.00 s after the start']);
  assert.equal(partsSentence(undefined), '');
});
