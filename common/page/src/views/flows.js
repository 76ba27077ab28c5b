// SPDX-License-Identifier: Apache-2.0
// All flows at a glance: what comes, what goes, what waits, and since when.
import { classes, h, keyed, table, text } from '../dom.js';
import { count, duration, rate, NOTHING } from '../format.js';
import { countAbove } from '../histogram.js';
import { overdueOf, rateOf, ratesOf, silence } from '../live.js';
import { badge, command, empty, section } from '../parts.js';
import { spark } from '../plots/spark.js';
import { flowLink } from '../router.js';
import { overdueTable } from './overdue.js';

const SPARK_SECONDS = 60;

const COLUMNS = [
  { title: 'Flow' },
  { title: 'State' },
  { title: 'Started/s', number: true, from: 'small', hint: 'Keys that got their start, each second' },
  { title: 'Its last minute', unseen: true, from: 'wide' },
  { title: 'Ended/s', number: true, from: 'small', hint: 'Keys that ended in time, each second' },
  { title: 'Its last minute', unseen: true, from: 'wide' },
  { title: 'Open', number: true, hint: 'Keys that wait for their end, now' },
  { title: 'Oldest', number: true, hint: 'How long the oldest open key has waited' },
  { title: 'Its last minute', unseen: true, from: 'wide' },
  { title: 'Past p99', number: true, from: 'medium', hint: 'Open keys that have waited longer than 99 % of those that ended in this minute or the one before' },
  { title: 'p50', number: true, from: 'small', hint: 'Of the keys that ended in this minute or the one before' },
  { title: 'p99', number: true, hint: 'Of the keys that ended in this minute or the one before' },
  { title: 'Expired', number: true, from: 'medium', hint: 'Keys that got no end in time, since ever' },
];

export function flowsView(live) {
  const flows = table('Flows', COLUMNS);
  const overdue = overdueTable('Overdue keys of all flows', true);
  const overduePanel = section('Overdue', 'Open for longer than their flow allows, oldest first', overdue.element);
  const nothing = empty('No flow yet.', h('p', 'Send one, and end it:'),
    command('oneway send --flow push --key key-1 --start'), command('oneway send --flow push --key key-1 --end'));
  const waiting = empty('Waiting for the first figures …');
  const root = h('div.stack', h('h1', 'Flows'), flows.element, nothing, waiting, overduePanel);

  const update = () => {
    const stats = live.topics.stats;
    const known = stats?.flows ?? [];
    waiting.hidden = Boolean(stats);
    nothing.hidden = !stats || known.length > 0;
    flows.element.hidden = known.length === 0;
    keyed(flows.body, known, (flow) => flow.flow, (flow, before) => showRow(before ?? newRow(flow), flow, live));
    const { keys = [], count: many = '0', now_unix_nanos: now } = live.topics.overdue ?? {};
    overduePanel.hidden = keys.length === 0;
    overdue.show(keys.slice(0, 10), now, Number(many));
  };
  return { title: 'Flows', root, update };
}

function newRow(flow) {
  const from = { started: 'small', ended: 'small', p50: 'small', past: 'medium', expired: 'medium' };
  const cell = (name) => h('td', { class: classes(name !== 'state' && 'number', from[name] && `from-${from[name]}`) });
  const names = ['state', 'started', 'ended', 'open', 'oldest', 'past', 'p50', 'p99', 'expired'];
  const cells = Object.fromEntries(names.map((name) => [name, cell(name)]));
  const sparks = { started: spark('calm'), ended: spark('calm'), oldest: spark('warm') };
  const drawn = (name) => h('td.sparkline.from-wide', sparks[name].element);
  const row = h('tr', h('th', { scope: 'row' }, h('a', { href: flowLink(flow.flow) }, flow.flow)), cells.state,
    cells.started, drawn('started'), cells.ended, drawn('ended'), cells.open, cells.oldest, drawn('oldest'),
    cells.past, cells.p50, cells.p99, cells.expired);
  row.parts = { cells, sparks };
  return row;
}

function showRow(row, flow, live) {
  const { cells, sparks } = row.parts;
  const past = live.history.get(flow.flow) ?? [];
  const open = past.at(-1)?.open ?? Number(flow.open);
  const oldest = past.at(-1)?.oldest ?? flow.oldest_open_seconds;
  const ended = flow.samples !== '0';
  const stuck = ended ? countAbove(flow.open_ages, flow.p99_seconds) : 0;
  showState(cells.state, flow, past, live);
  text(cells.started, rate(rateOf(past, 'started')));
  text(cells.ended, rate(rateOf(past, 'ended')));
  text(cells.open, count(open));
  text(cells.oldest, open > 0 ? duration(oldest) : NOTHING);
  text(cells.past, ended && open > 0 ? count(stuck) : NOTHING);
  cells.past.classList.toggle('strong', stuck > 0.05 * open && stuck >= 10);
  text(cells.p50, ended ? duration(flow.p50_seconds) : NOTHING);
  text(cells.p99, ended ? duration(flow.p99_seconds) : NOTHING);
  text(cells.expired, count(past.at(-1)?.expired ?? flow.counters.expired));
  sparks.started.show(ratesOf(past, 'started'), SPARK_SECONDS);
  sparks.ended.show(ratesOf(past, 'ended'), SPARK_SECONDS);
  sparks.oldest.show(past.map((point) => point.oldest), SPARK_SECONDS);
  return row;
}

function showState(cell, flow, past, live) {
  const [kind, words] = stateOf(flow, past, live);
  if (cell.textContent !== words) cell.replaceChildren(badge(kind, words));
  cell.parentElement.classList.toggle('alarm', kind === 'bad');
}

// What to know of a flow first: [kind, words].
export function stateOf(flow, past, live) {
  const silent = silence(past);
  if (silent > 0) return ['bad', `nothing ends for ${Math.round(silent)} s`];
  const overdue = overdueOf(live, flow.flow);
  if (overdue > 0) return ['warn', `${count(overdue)} overdue`];
  const moving = (rateOf(past, 'started') ?? 0) + (rateOf(past, 'ended') ?? 0) > 0;
  return moving ? ['good', 'flowing'] : ['none', 'quiet'];
}
