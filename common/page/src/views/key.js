// SPDX-License-Identifier: Apache-2.0
// The story of one key.
import { get, repeat } from '../api.js';
import { fill, h, text } from '../dom.js';
import { dayAndTime } from '../format.js';
import { decoded } from '../keys.js';
import { badge, section } from '../parts.js';
import { flowLink } from '../router.js';
import { events, partsSentence, verdict } from '../story.js';

const REFRESH_MILLIS = 1500;

export function keyView(live, { path }) {
  const [, flowPart = '', keyPart = ''] = path;
  const flow = decoded(flowPart);
  const state = h('div.verdict');
  const story = h('ol.story');
  const complaint = h('p.complaint', { role: 'alert', hidden: true });
  const panel = section('What happened', '', story);
  const root = h('div.stack',
    h('div.head', h('h1', h('a', { href: '#/' }, 'Flows'), h('span.slash', '/'), h('a', { href: flowLink(flow) }, flow), h('span.slash', '/'), h('span.mono', decoded(keyPart)))),
    complaint, state, panel);

  const refresh = async (signal) => {
    try {
      const reply = await get('key', `flow=${flowPart}&key=${keyPart}`, signal);
      complaint.hidden = true;
      show(reply, `${BigInt(Date.now()) * 1000000n}`);
    } catch (error) {
      if (error.name === 'AbortError') return;
      complaint.hidden = false;
      text(complaint, error.message);
    }
  };
  const show = (reply, now) => {
    const { kind, title, sentence, latency } = verdict(reply);
    const parts = partsSentence(reply.parts);
    fill(state, h('p.verdict-line', badge(kind, title), latency && h('strong.latency', latency), h('span', sentence)),
      parts && h('p.hint', parts),
      reply.empty && h('p.hint', 'It had no part; its latency is that to the completion.'),
      reply.joiner && h('p.hint', `Kept by ${reply.joiner}, slot ${reply.slot}`));
    const happened = events(reply, now);
    panel.hidden = happened.length === 0;
    fill(story, happened.map((event) => h(`li.${event.kind}`, h('time.mono', dayAndTime(event.at)), h('strong', event.title), h('span', event.note))));
  };
  return { title: `${decoded(keyPart)} in ${flow}`, root, update: () => {}, close: repeat(refresh, REFRESH_MILLIS) };
}
