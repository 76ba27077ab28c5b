// SPDX-License-Identifier: Apache-2.0
// Is every start accounted for?
import { get, repeat } from '../api.js';
import { fill, h, keyed, table, text } from '../dom.js';
import { count, plural } from '../format.js';
import { badge, command, empty } from '../parts.js';
import { flowLink } from '../router.js';

const REFRESH_MILLIS = 2000;
const COUNTS = ['started', 'matched', 'expired', 'superseded', 'open', 'unexplained'];

export function balanceView() {
  const { element, body } = table('Balance of each flow', [{ title: 'Flow' }, { title: 'Started', number: true },
    { title: '= matched', number: true }, { title: '+ expired', number: true }, { title: '+ superseded', number: true },
    { title: '+ open', number: true }, { title: '+ unexplained', number: true }]);
  const verdict = h('div.verdict');
  const complaint = h('p.complaint', { role: 'alert', hidden: true });
  const nothing = empty('No start yet.', command('oneway send --flow push --key key-1 --start'));
  nothing.hidden = true;
  element.hidden = true;
  const root = h('div.stack', h('h1', 'Balance'), complaint, verdict, element, nothing);

  const refresh = async (signal) => {
    try {
      const reply = await get('balance', '', signal);
      complaint.hidden = true;
      const flows = reply.flows ?? [];
      nothing.hidden = flows.length > 0;
      element.hidden = flows.length === 0;
      fill(verdict, sentence(reply));
      keyed(body, [...flows, ...(flows.length > 1 ? [{ ...reply.total, flow: '' }] : [])], (flow) => flow.flow, showRow);
    } catch (error) {
      if (error.name === 'AbortError') return;
      complaint.hidden = false;
      text(complaint, error.message);
    }
  };
  return { title: 'Balance', root, update: () => {}, close: repeat(refresh, REFRESH_MILLIS) };
}

function sentence({ total, missing, joiners }) {
  const unexplained = Number(total?.unexplained ?? 0);
  const heard = missing?.length ? `${plural(joiners, 'joiner')} answered, ${missing.length} did not: this is only their part.` : `${plural(joiners, 'joiner')} answered. What is open is counted by walking over the keys, not by subtracting.`;
  return h('p.verdict-line', unexplained === 0
    ? [badge('good', 'balanced'), h('span', `Every start is accounted for. ${heard}`)]
    : [badge('bad', 'not balanced'), h('span', `${plural(unexplained, 'start')} unexplained: this is a bug of Oneway; please report it. ${heard}`)]);
}

function showRow(flow, before) {
  const row = before ?? h('tr', { class: flow.flow === '' ? 'total' : null },
    h('th', { scope: 'row' }, flow.flow === '' ? 'all flows' : h('a', { href: flowLink(flow.flow) }, flow.flow)),
    COUNTS.map((name) => h('td.number', { 'data-count': name })));
  for (const name of COUNTS) {
    const cell = row.querySelector(`[data-count=${name}]`);
    text(cell, count(flow[name]));
    cell.classList.toggle('bad', name === 'unexplained' && flow[name] !== '0');
  }
  return row;
}
