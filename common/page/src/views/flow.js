// SPDX-License-Identifier: Apache-2.0
// One flow: how long it takes, what waits, what became of what started.
import { get, repeat } from '../api.js';
import { fill, h, keyed, table, text } from '../dom.js';
import { count, double, duration, percent, rate, NOTHING } from '../format.js';
import { countAbove, total } from '../histogram.js';
import { decoded, labelText } from '../keys.js';
import { rateOf, silence, statsOf } from '../live.js';
import { badge, empty, figure, section } from '../parts.js';
import { agesPlot, cohortsPlot, heatPlot, percentilesPlot } from '../plots/charts.js';
import { flowLink } from '../router.js';
import { overdueTable, slowestTable } from './overdue.js';

const WINDOWS = ['15m', '1h', '6h', '1d', '7d', '35d'];
const REFRESH_MILLIS = 4000;
const OVERDUE_MILLIS = 1000;

export function flowView(live, { path, parameters }) {
  const flow = decoded(path[1] ?? '');
  const window = WINDOWS.includes(parameters.window) ? parameters.window : '1h';
  const name = encodeURIComponent(flow);
  const head = newHead(flow, window);
  const figures = newFigures();
  const plots = { percentiles: percentilesPlot(), heat: heatPlot(), ages: agesPlot(), cohorts: cohortsPlot() };
  const tables = { overdue: overdueTable(`Overdue keys of ${flow}`, false), slowest: slowestTable(`Slowest keys of ${flow}`), series: seriesTable(flow), stages: stagesTable(flow) };
  const panels = newPanels(plots, tables);
  const root = h('div.stack', head.element, figures.element, panels.element);

  const refresh = async (signal) => {
    const span = `flow=${name}&window=${window}`;
    const part = (request, show) => request.then(show, (error) => { if (error.name !== 'AbortError') head.complain(error.message); });
    head.complain('');
    await Promise.all([
      part(get('timeline', span, signal), (reply) => showTimeline(panels, plots, reply)),
      part(get('timeline', `${span}&by=start`, signal), (reply) => {
        panels.cohorts.show(reply.points.some((point) => Number(point.counters?.started) > 0));
        plots.cohorts.show(reply);
      }),
      part(get('slowest', span, signal), ({ keys = [] }) => { panels.slowest.show(keys.length > 0); tables.slowest.show(keys); }),
      part(get('stats', `${span}&with_series=1`, signal), ({ flows = [] }) => {
        const [stats] = flows;
        panels.series.show(Boolean(stats?.series?.length));
        tables.series.show(stats?.series ?? []);
        panels.stages.element.hidden = !stats?.stages?.length;
        tables.stages.show(stats?.stages ?? []);
      }),
    ]);
  };
  const refreshOverdue = async (signal) => {
    const reply = await get('overdue', `flow=${name}&limit=20`, signal);
    const many = Number(reply.count);
    figures.overdue(many);
    panels.overdue.show(reply.keys.length > 0);
    tables.overdue.show(reply.keys, reply.now_unix_nanos, many);
  };
  const stops = [repeat(refresh, REFRESH_MILLIS), repeat(refreshOverdue, OVERDUE_MILLIS)];

  const update = () => {
    const stats = statsOf(live, flow);
    const past = live.history.get(flow);
    head.show(stats, silence(past), Boolean(live.topics.stats));
    if (!stats) return;
    figures.show(stats, past);
    const open = total(stats.open_ages);
    panels.ages.show(open > 0);
    plots.ages.show({ ages: stats.open_ages, p99: double(stats.p99_seconds) }, `${open} open, the oldest for ${duration(stats.oldest_open_seconds)}`);
  };
  const close = () => { for (const stop of [...stops, ...Object.values(plots).map((plot) => plot.close)]) stop(); };
  return { title: flow, root, update, close };
}

function newHead(flow, window) {
  const state = h('span');
  const complaint = h('p.complaint', { role: 'alert', hidden: true });
  const links = WINDOWS.map((span) => h('a', { href: flowLink(flow, { window: span }), 'aria-current': span === window ? 'true' : null }, span));
  return {
    element: h('div', h('div.head', h('h1', h('a', { href: '#/' }, 'Flows'), h('span.slash', '/'), flow), state,
      h('nav.choices', { 'aria-label': 'How far back' }, ...links)), complaint),
    show(stats, silent, heard) {
      if (silent > 0) fill(state, badge('bad', `nothing ends for ${Math.round(silent)} s`));
      else fill(state, heard && !stats && badge('none', 'no events of this flow yet'));
    },
    complain(message) {
      complaint.hidden = message === '';
      text(complaint, message);
    },
  };
}

function newFigures() {
  const of = {
    started: figure('Started/s', 'Each second, over the last five'),
    ended: figure('Ended/s', 'Each second, over the last five'),
    open: figure('Open', 'Keys that wait for their end'),
    oldest: figure('Oldest open'),
    past: figure('Past p99', 'Open keys that have waited longer than 99 % of those that ended in this minute or the one before'),
    overdue: figure('Overdue', 'Open for longer than the flow allows'),
    p50: figure('p50', 'Of the keys that ended in this minute or the one before'),
    p90: figure('p90', 'Of the keys that ended in this minute or the one before'),
    p99: figure('p99', 'Of the keys that ended in this minute or the one before'),
    max: figure('Max', 'Of the keys that ended in this minute or the one before'),
  };
  return {
    element: h('dl.figures', Object.values(of).map(({ element }) => element)),
    overdue(many) {
      text(of.overdue.value, count(many));
      of.overdue.element.classList.toggle('bad', many > 0);
    },
    show(stats, past) {
      const ended = stats.samples !== '0';
      const last = past?.at(-1);
      text(of.started.value, rate(rateOf(past, 'started')));
      text(of.ended.value, rate(rateOf(past, 'ended')));
      text(of.open.value, count(last?.open ?? stats.open));
      text(of.oldest.value, Number(stats.open) > 0 ? duration(last?.oldest ?? stats.oldest_open_seconds) : NOTHING);
      text(of.past.value, ended ? count(countAbove(stats.open_ages, stats.p99_seconds)) : NOTHING);
      for (const name of ['p50', 'p90', 'p99', 'max']) text(of[name].value, ended ? duration(double(stats[`${name}_seconds`])) : NOTHING);
      of.ended.element.classList.toggle('bad', silence(past) > 0);
    },
  };
}

// A panel shows its content, or says why there is none.
function switching(title, hint, content, none, wide) {
  const nothing = h('p.none', none);
  const element = section(title, hint, content, nothing);
  if (wide) element.classList.add('wide');
  const show = (some) => { content.hidden = !some; nothing.hidden = some; };
  show(false);
  return { element, show };
}

function newPanels(plots, tables) {
  const key = (kind, words) => h(`span.key-${kind}`, words);
  const panels = {
    percentiles: switching('Percentiles', 'Of those that ended, minute by minute', plots.percentiles.element, 'Nothing ended in this time.'),
    ages: switching('Open keys by age', 'Now; red ones wait for longer than 99 % of those that ended did', plots.ages.element, 'No key is open.'),
    heat: switching('Latencies', 'The more ended so, the stronger', plots.heat.element, 'Nothing ended in this time.'),
    cohorts: switching('What became of those that started', h('span', key('good', 'matched'), ' ', key('warn', 'open'), ' ', key('bad', 'expired'), ', by the minute of their start'), plots.cohorts.element, 'Nothing started in this time.'),
    overdue: switching('Overdue', 'Open for longer than the flow allows, oldest first', tables.overdue.element, 'No key is overdue.', true),
    slowest: switching('Slowest', 'That ended in this time', tables.slowest.element, 'Nothing ended in this time.', true),
    stages: switching('Stages', 'From the start to marks on the way', tables.stages.element, '', true),
    series: switching('Series', 'Flows that share their labels, most started first', tables.series.element, 'Nothing started in this time.', true),
  };
  panels.stages.show(true);
  panels.stages.element.hidden = true;
  return { ...panels, element: h('div.panels', Object.values(panels).map(({ element }) => element)) };
}

function showTimeline(panels, plots, reply) {
  const some = (counter) => reply.points.some((point) => Number(point.counters?.[counter]) > 0);
  panels.percentiles.show(some('matched'));
  panels.heat.show(some('matched'));
  if (!some('matched')) return;
  plots.percentiles.show(reply);
  plots.heat.show(reply);
}

function seriesTable(flow) {
  const { element, body } = table(`Series of ${flow}`, [
    { title: 'Labels' }, { title: 'Started', number: true }, { title: 'Matched', number: true },
    { title: 'Expired', number: true }, { title: 'p50', number: true }, { title: 'p99', number: true },
    { title: 'Max', number: true, from: 'medium' },
  ]);
  const row = (series) => {
    const { started, matched, expired } = series.counters ?? {};
    const cell = (name) => h('td.number', series.samples === '0' ? NOTHING : duration(double(series[name])));
    return h('tr', h('th', { scope: 'row' }, labelText(series.labels) || h('span.muted', 'no labels')),
      h('td.number', count(started)), h('td.number', count(matched)),
      h('td.number', { title: percent(Number(expired), Number(started)) }, count(expired)),
      cell('p50_seconds'), cell('p99_seconds'), h('td.number.from-medium', duration(double(series.max_seconds))));
  };
  return { element, show: (series) => keyed(body, series, (one) => labelText(one.labels), row) };
}

function stagesTable(flow) {
  const { element, body } = table(`Stages of ${flow}`, [{ title: 'Stage' }, { title: 'Passed', number: true }, { title: 'Mean', number: true }, { title: 'Longest', number: true }]);
  const row = ({ stage, count: passed, latency }) => {
    const samples = total(latency);
    const sum = Number(latency?.sum_nanos_low ?? 0) / 1e9;
    return h('tr', h('th', { scope: 'row' }, stage), h('td.number', count(passed)),
      h('td.number', samples > 0 ? duration(sum / samples) : NOTHING),
      h('td.number', samples > 0 ? duration(Number(latency.max_nanos) / 1e9) : NOTHING));
  };
  return { element, show: (stages) => keyed(body, stages, (stage) => stage.stage, row) };
}
