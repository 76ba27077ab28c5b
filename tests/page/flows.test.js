// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newLive, take } from '../../common/page/src/live.js';
import { stateOf } from '../../common/page/src/views/flows.js';

test('the backlog of another flow hides no overdue keys', () => {
  const live = newLive();
  const flow = (name, open) => ({ flow: name, counters: {}, open });
  take(live, 'totals', { flows: [flow('push', '3'), flow('task', '100000'), flow('well', '0')] }, 1);
  const keys = Array.from({ length: 50 }, () => ({ flow: 'task' }));
  const flows = [{ flow: 'push', count: '3' }, { flow: 'task', count: '100000' }];
  take(live, 'overdue', { keys, count: '100003', flows }, 1);
  const state = (name) => stateOf(flow(name, '0'), live.history.get(name), live);
  assert.deepEqual(state('push'), ['warn', '3 overdue']);
  assert.deepEqual(state('task'), ['warn', '100,000 overdue']);
  assert.deepEqual(state('well'), ['none', 'quiet']);
});
