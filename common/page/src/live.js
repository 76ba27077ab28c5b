// SPDX-License-Identifier: Apache-2.0
// What the events told, and what follows from them second by second. Pure, but for the time that is handed in.

export const HISTORY_SECONDS = 120;
// Rates are of so many seconds, so that they can be read.
const RATE_SECONDS = 5;
// A flow that ended keys regularly and now does not: after so long, after so many that should have ended, and after a
// pause longer than usual, for what ends in bursts pauses between them.
const SILENCE_SECONDS = 0.9;
const SILENCE_ENDS = 8;
const PAUSE_FACTOR = 1.6;
const PAUSE_SECONDS_MAX = 5;

export function newLive() {
  return { topics: {}, history: new Map(), problems: {}, connected: false, heardAt: 0 };
}

// Takes one event in. `now` in seconds.
export function take(live, topic, data, now) {
  live.heardAt = now;
  if (topic === 'problem') {
    live.problems[data.topic] = data.error;
    return;
  }
  delete live.problems[topic];
  live.topics[topic] = data;
  if (topic !== 'totals') return;
  // When it was taken, by whoever answered: frames that travel together were not taken together.
  const at = Number(data.until_unix_nanos ?? 0) / 1e9 || now;
  data.flows?.forEach((flow) => remember(live, flow, data.missing?.length > 0, at));
}

function remember(live, flow, partial, now) {
  const past = live.history.get(flow.flow) ?? [];
  if (past.at(-1)?.at >= now) return;
  const { started, matched, expired } = flow.counters ?? {};
  const point = {
    at: now,
    started: Number(started ?? 0),
    ended: Number(matched ?? 0),
    expired: Number(expired ?? 0),
    open: Number(flow.open ?? 0),
    oldest: flow.oldest_open_seconds ?? 0,
    partial,
    part: past.at(-1)?.part ?? 0,
  };
  // When a joiner goes missing or comes back, its counts do so too; no rate goes across that.
  const last = past.at(-1);
  if (last && (last.partial !== partial || point.started < last.started)) ++point.part;
  past.push(point);
  while (past[0].at < now - HISTORY_SECONDS) past.shift();
  live.history.set(flow.flow, past);
}

const samePart = (past) => past?.filter(({ part }) => part === past.at(-1).part);

// Of one counter, in a second, over the last few; undefined before there are two points.
export function rateOf(history, counter) {
  const past = samePart(history);
  const last = past?.at(-1);
  if (!last) return undefined;
  const first = past.find((point) => point.at >= last.at - RATE_SECONDS - 0.5);
  if (first.at === last.at) return undefined;
  return (last[counter] - first[counter]) / (last.at - first.at);
}

// Per second, point by point; NaN where it cannot be told.
export function ratesOf(past, counter) {
  const rates = [];
  for (let i = 1; i < (past?.length ?? 0); ++i) {
    const rate = (past[i][counter] - past[i - 1][counter]) / Math.max(0.001, past[i].at - past[i - 1].at);
    rates.push(past[i].part === past[i - 1].part ? rate : NaN);
  }
  return rates;
}

// For how many seconds nothing ended although keys wait and, as it was before, something should have; 0: all is well.
export function silence(history) {
  const past = samePart(history);
  const last = past?.at(-1);
  if (!last || last.open === 0) return 0;
  const end = past.length - 1;
  const changed = lastChange(past, end);
  if (changed === 0) return 0;
  const silent = last.at - past[changed].at;
  const before = (past[changed].ended - past[0].ended) / (past[changed].at - past[0].at);
  const usual = Math.min(PAUSE_SECONDS_MAX, PAUSE_FACTOR * longestPause(past, changed));
  return silent >= Math.max(SILENCE_SECONDS, SILENCE_ENDS / before, usual) ? silent : 0;
}

// The first point with as many ended as that one.
function lastChange(past, index) {
  let since = index;
  while (since > 0 && past[since - 1].ended === past[index].ended) --since;
  return since;
}

// In seconds, of the points before that one.
function longestPause(past, end) {
  const pauses = past.slice(0, end).map(({ at }, index) => at - past[lastChange(past, index)].at);
  return Math.max(0, ...pauses);
}

// Why topics are silent, each reason once.
export const problems = (live) => [...new Set(Object.values(live.problems))];

// Joiners that any topic misses, each once with its reason.
export function missing(live) {
  const reasons = new Map();
  for (const topic of ['cluster', 'stats', 'totals', 'overdue']) {
    for (const { joiner, reason } of live.topics[topic]?.missing ?? []) {
      if (!reasons.has(joiner)) reasons.set(joiner, reason);
    }
  }
  return [...reasons].map(([joiner, reason]) => ({ joiner, reason }));
}

export const flowNames = (live) => (live.topics.stats?.flows ?? []).map(({ flow }) => flow);
export const statsOf = (live, flow) => live.topics.stats?.flows?.find((stats) => stats.flow === flow);
// How many keys of the flow are overdue.
export const overdueOf = (live, flow) => Number(live.topics.overdue?.flows?.find((of) => of.flow === flow)?.count ?? 0);
