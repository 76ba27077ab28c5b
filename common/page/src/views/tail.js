// SPDX-License-Identifier: Apache-2.0
// What is being decided, as it happens; the newest on top.
import { h, keyed, table, text } from '../dom.js';
import { count, duration, plural, NOTHING } from '../format.js';
import { flowNames } from '../live.js';
import { badge, keyCell, labelsCell, timeCell } from '../parts.js';
import { link } from '../router.js';

const ROWS_MAX = 200;
const DECISIONS = ['started', 'matched', 'expired', 'late', 'superseded', 'orphan'];
const KINDS = { started: 'none', matched: 'good', expired: 'bad', late: 'bad', superseded: 'warn', orphan: 'warn' };

// The parameters of the address as those of the API.
export function tailQuery({ flow, decisions, prefix, least }) {
  const query = new URLSearchParams({ tail: decisions || 'all' });
  if (flow) query.set('flow', flow);
  if (prefix) query.set('key_prefix', prefix);
  if (least) query.set('min_latency', least);
  return query.toString();
}

export function tailView(live, { parameters }) {
  const rows = [];
  let number = 0;
  let paused = false;
  let passedOver = 0;
  const { element, body } = table('Decisions', [
    { title: 'At' }, { title: 'Decision' }, { title: 'Flow' }, { title: 'Key' }, { title: 'Latency', number: true },
    { title: 'Labels', from: 'medium' }, { title: 'Joiner', from: 'wide' },
  ]);
  const said = h('p.hint', { role: 'status' });
  const pause = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => {
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
    text(pause, paused ? 'Go on' : 'Pause');
    if (!paused) show();
  } }, 'Pause');
  const form = filters(live, parameters, pause);
  const nothing = h('p.none', 'Nothing decided yet that fits. It appears here within a second of its commit.');
  const root = h('div.stack', h('h1', 'Live tail'), form.element, said, element, nothing);

  const show = () => {
    keyed(body, rows, (row) => row.key, (row, before) => before ?? rowOf(row));
    element.hidden = rows.length === 0;
    nothing.hidden = rows.length > 0;
    text(said, `${plural(number, 'decision')} shown${passedOver > 0 ? `, ${count(passedOver)} passed over: more than fit in a second` : ''}`);
  };
  const onEvent = (topic, data) => {
    if (topic !== 'tail') return;
    passedOver += Number(data.passed_over);
    for (const decision of data.decisions) rows.unshift({ ...decision, key64: decision.key, key: String(++number) });
    if (paused) rows.length = Math.min(rows.length, 10 * ROWS_MAX);
    else {
      rows.length = Math.min(rows.length, ROWS_MAX);
      show();
    }
  };
  show();
  return { title: 'Live tail', root, update: form.update, tail: tailQuery(parameters), onEvent };
}

function rowOf(row) {
  const name = row.decision.replace('DECISION_', '').toLowerCase();
  const timed = name === 'matched' || name === 'late';
  return h('tr', h('td', timeCell(row.at_unix_nanos)), h('td', badge(KINDS[name] ?? 'none', name)), h('td', row.flow),
    h('td.key', keyCell({ ...row, key: row.key64 })),
    h('td.number', timed ? duration(Number(row.latency_nanos) / 1e9) : NOTHING),
    h('td.from-medium', labelsCell(row.labels)), h('td.from-wide', row.joiner));
}

function filters(live, parameters, pause) {
  const chosen = new Set((parameters.decisions ?? '').split(',').filter(Boolean));
  const boxes = DECISIONS.map((name) => h('label.check', h('input', { type: 'checkbox', name: 'decision', value: name, checked: chosen.has(name) }), name));
  const flow = h('select', { name: 'flow' }, h('option', { value: '' }, 'all flows'));
  const update = () => {
    for (const name of new Set([...flowNames(live), ...(parameters.flow ? [parameters.flow] : [])])) {
      if (![...flow.options].some((option) => option.value === name)) flow.append(h('option', { value: name, selected: name === parameters.flow }, name));
    }
  };
  update();
  const apply = (event) => {
    event.preventDefault();
    const data = new FormData(element);
    location.hash = link(['tail'], { flow: data.get('flow'), decisions: data.getAll('decision').join(','), prefix: data.get('prefix'), least: data.get('least') });
  };
  const element = h('form.filters', { onsubmit: apply, onchange: apply },
    h('label', 'Flow', flow),
    h('label', 'Key begins with', h('input', { name: 'prefix', value: parameters.prefix ?? '', autocomplete: 'off', spellcheck: 'false', size: '14' })),
    h('label', 'Took at least', h('input', { name: 'least', value: parameters.least ?? '', placeholder: '250ms', autocomplete: 'off', pattern: '[0-9]+(ns|us|ms|s|m|h|d)', title: 'A number and a unit, as 250ms or 2s', size: '7' })),
    h('fieldset', h('legend', 'Only'), ...boxes), h('div.actions', h('button', 'Apply'), pause));
  return { element, update };
}
