// SPDX-License-Identifier: Apache-2.0
// The joiners and how they are.
import { fill, h } from '../dom.js';
import { bytes, count, duration, percent, plural, rate } from '../format.js';
import { badge, empty } from '../parts.js';

const SLOTS = 4096;

export function clusterView(live) {
  const cards = h('div.cards');
  const ring = h('div.slots', { role: 'img' });
  const root = h('div.stack', h('h1', 'Cluster'), ring, cards);
  const update = () => {
    const cluster = live.topics.cluster;
    if (!cluster) return fill(cards, empty('Waiting for the first figures …'));
    const { joiners = [], missing = [] } = cluster;
    fill(cards, joiners.map(joinerCard), missing.map(missingCard));
    showSlots(ring, joiners);
    for (const meter of cards.querySelectorAll('[data-share]')) meter.style.width = `${meter.dataset.share}%`;
  };
  return { title: 'Cluster', root, update };
}

// Whose slots are where, as a bar.
function showSlots(ring, joiners) {
  const held = joiners.reduce((sum, joiner) => sum + joiner.slot_end - joiner.slot_begin, 0);
  ring.setAttribute('aria-label', `${held} of ${SLOTS} slots are held by ${plural(joiners.length, 'joiner')} that answer`);
  fill(ring, joiners.map((joiner) => h('span', { 'data-share': (100 * (joiner.slot_end - joiner.slot_begin)) / SLOTS }, joiner.joiner)),
    held < SLOTS && h('span.gone', { 'data-share': (100 * (SLOTS - held)) / SLOTS }, 'no answer'));
  for (const part of ring.children) part.style.width = `${part.dataset.share}%`;
}

function joinerCard(joiner) {
  const share = joiner.keys_bytes_max === '0' ? 0 : (100 * Number(joiner.keys_bytes)) / Number(joiner.keys_bytes_max);
  return h('section.panel.card',
    h('header', h('h2', joiner.joiner), stateOf(joiner), h('p.hint', `${joiner.address} · ${joiner.version}`)),
    h('div.meter', { role: 'img', 'aria-label': `memory of keys: ${percent(share, 100)} used` }, h('span', { 'data-share': Math.min(100, share).toFixed(1), class: share > 85 ? 'bad' : null })),
    facts([
      ['Memory of keys', `${bytes(joiner.keys_bytes)} of ${bytes(joiner.keys_bytes_max)}`],
      ['Open keys', count(joiner.open_keys)],
      ['Remembered keys', count(joiner.remembered_keys)],
      ['Slots', `${joiner.slot_begin} to ${joiner.slot_end - 1}, in ${plural(joiner.shards, 'shard')}`],
      ['Waits in inboxes', bytes(joiner.inbox_bytes)],
      ['Streams', count(joiner.streams)],
      ['Last commit', `${duration(joiner.commit_seconds)}, of which fsync ${duration(joiner.fsync_seconds)}`],
      ['Commits', `${rate(joiner.commits_per_second)}/s`],
      ['Clock behind', duration(joiner.clock_lag_seconds)],
      ['Ledger', bytes(joiner.ledger_bytes)],
      ['Disk free', bytes(joiner.disk_free_bytes)],
      ['Up for', `${duration(Math.floor(joiner.uptime_seconds))}, ${restarts(joiner.incarnation)}`],
      ['Last recovery', Number(joiner.recovery_rows) === 0 ? 'nothing to read' : `${count(joiner.recovery_rows)} rows in ${duration(joiner.recovery_seconds)}`],
    ]));
}

function restarts(incarnation) {
  const again = Number(incarnation) - 1;
  return again <= 0 ? 'never restarted' : `restarted ${again === 1 ? 'once' : `${count(again)} times`}`;
}

function stateOf(joiner) {
  if (joiner.disk_low) return badge('bad', 'disk low');
  if (joiner.clock_lag_seconds > 5) return badge('warn', 'clock behind');
  return badge('good', 'serves');
}

function missingCard({ joiner, reason }) {
  return h('section.panel.card.gone', h('header', h('h2', joiner), badge('bad', 'no answer')), h('p', reason),
    h('p.hint', 'Events of its keys wait with those who send them, as long as these have room. It is asked again every second.'));
}

const facts = (pairs) => h('dl.facts', pairs.map(([name, value]) => h('div', h('dt', name), h('dd', value))));
