// SPDX-License-Identifier: Apache-2.0
// Keys that wait for too long, and keys that took long: tables.
import { h, keyed, table, text } from '../dom.js';
import { count, duration, secondsBetween } from '../format.js';
import { keyCell, labelsCell, timeCell } from '../parts.js';
import { partsSentence } from '../story.js';

const keyOf = (item) => `${item.flow}/${item.fingerprint}`;

export function overdueTable(caption, withFlow) {
  const columns = [
    ...(withFlow ? [{ title: 'Flow' }] : []),
    { title: 'Key' },
    { title: 'Open for', number: true, hint: 'Since its start, or since it might go on where that is later' },
    { title: 'Expires in', number: true },
    { title: 'Started', from: 'medium' },
    { title: 'Labels', from: 'medium' },
    { title: 'Joiner', from: 'wide' },
  ];
  const { element, body } = table(caption, columns);
  const more = h('p.hint.below');
  const row = (item, before) => {
    const age = before?.parts.age ?? h('td.number');
    const left = before?.parts.left ?? h('td.number');
    text(age, duration(secondsBetween(item.since_unix_nanos, item.now)));
    text(left, duration(Math.max(0, secondsBetween(item.now, item.deadline_unix_nanos))));
    if (before) return before;
    const fresh = h('tr', withFlow && h('td', item.flow),
      h('td.key', keyCell(item), item.parts && h('div.hint', partsSentence(item.parts))), age, left,
      h('td.from-medium', timeCell(item.started_unix_nanos)), h('td.from-medium', labelsCell(item.labels)),
      h('td.from-wide', item.joiner));
    fresh.parts = { age, left };
    return fresh;
  };
  return {
    element: h('div', element, more),
    show(keys, now, many) {
      keyed(body, keys.map((key) => ({ ...key, now })), keyOf, row);
      element.hidden = keys.length === 0;
      more.hidden = many <= keys.length;
      text(more, `and ${count(many - keys.length)} more`);
    },
  };
}

export function slowestTable(caption) {
  const { element, body } = table(caption, [
    { title: 'Key' }, { title: 'Latency', number: true }, { title: 'Started', from: 'medium' }, { title: 'Ended' },
    { title: 'Labels', from: 'medium' }, { title: 'Joiner', from: 'wide' },
  ]);
  const row = (item, before) => before ?? h('tr', h('td.key', keyCell(item)),
    h('td.number', duration(Number(item.latency_nanos) / 1e9)), h('td.from-medium', timeCell(item.started_unix_nanos)),
    h('td', timeCell(item.ended_unix_nanos)), h('td.from-medium', labelsCell(item.labels)), h('td.from-wide', item.joiner));
  return { element, show: (keys) => keyed(body, keys, (item) => `${keyOf(item)}/${item.ended_unix_nanos}`, row) };
}
