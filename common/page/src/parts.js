// SPDX-License-Identifier: Apache-2.0
// What several views show.
import { h } from './dom.js';
import { timeOfDay } from './format.js';
import { keyParameter, keyText, labelText } from './keys.js';
import { keyLink } from './router.js';

export function empty(title, ...more) {
  return h('div.empty', h('p.empty-title', title), ...more);
}

export const command = (line) => h('code.command', line);

export function section(title, hint, ...children) {
  return h('section.panel', h('header', h('h2', title), hint && h('p.hint', hint)), ...children);
}

// A figure with its name; `.value` is updated in place.
export function figure(name, hint) {
  const value = h('dd', '–');
  return { element: h('div.figure', { title: hint }, h('dt', name), value), value };
}

// The key as a link to its story; of flows that hide their keys, the fingerprint.
export function keyCell(item) {
  if (!item.key) return h('span.mono.muted', { title: 'This flow hides its keys; this is the fingerprint.' }, item.fingerprint.slice(0, 16));
  return h('a.mono', { href: keyLink(item.flow, keyParameter(item.key)) }, keyText(item.key));
}

export const labelsCell = (labels) => h('span.labels', labelText(labels));

export const timeCell = (nanos) => h('time.mono', timeOfDay(nanos));

// `kind`: good, warn, bad or none.
export const badge = (kind, ...children) => h(`span.badge.${kind}`, ...children);
