// SPDX-License-Identifier: Apache-2.0
// Puts the parts together: the events, the route, the view, and what stands above all views.
import 'uplot/dist/uPlot.min.css';
import './app.css';
import { openEvents } from './api.js';
import { fill, h, text } from './dom.js';
import { flowNames, missing, newLive, problems, take } from './live.js';
import { empty } from './parts.js';
import { follow, keyLink } from './router.js';
import { balanceView } from './views/balance.js';
import { clusterView } from './views/cluster.js';
import { flowView } from './views/flow.js';
import { flowsView } from './views/flows.js';
import { keyView } from './views/key.js';
import { tailView } from './views/tail.js';

const VIEWS = { undefined: flowsView, flow: flowView, key: keyView, tail: tailView, cluster: clusterView, balance: balanceView };
// Nothing heard for so long: say so.
const QUIET_SECONDS = 4;

const live = newLive();
const byId = (id) => document.getElementById(id);
let view = null;
let closeEvents = () => {};
let tail;

function connect(query) {
  closeEvents();
  closeEvents = openEvents(query, onEvent, (connected) => {
    live.connected = connected;
    showPulse();
  });
}

function onEvent(topic, data) {
  take(live, topic, data, performance.now() / 1000);
  view?.onEvent?.(topic, data);
  showBanner();
  showPulse();
  // All topics of a second arrive together, mostly; the last of them draws.
  if (topic !== 'tail') requestAnimationFrame(update);
}

function update() {
  view?.update();
  const names = flowNames(live);
  const list = byId('flow-names');
  if (list.children.length !== names.length) fill(list, names.map((name) => h('option', { value: name })));
}

function showBanner() {
  const gone = missing(live);
  fill(byId('banner'),
    problems(live).map((why) => h('p.notice', h('strong', 'Some figures cannot be told. '), why)),
    gone.length > 0 && h('div.notice', h('strong', gone.length === 1 ? 'A joiner does not answer; figures lack its part.' : `${gone.length} joiners do not answer; figures lack their parts.`),
      h('ul', gone.map(({ joiner, reason }) => h('li', h('b', joiner), ` ${reason}`)))));
}

function showPulse() {
  const fresh = live.connected && performance.now() / 1000 - live.heardAt < QUIET_SECONDS;
  const pulse = byId('pulse');
  pulse.classList.toggle('lost', !fresh);
  text(pulse, fresh ? 'live' : live.connected ? 'waiting' : 'connecting');
}

function show(route) {
  view?.close?.();
  const make = VIEWS[route.path[0]];
  view = make ? make(live, route) : { title: 'Nothing here', root: empty('Nothing here.', h('p', h('a', { href: '#/' }, 'All flows'))), update() {} };
  document.title = `${view.title} · Oneway`;
  byId('content').replaceChildren(view.root);
  scrollTo(0, 0);
  for (const link of document.querySelectorAll('#nav a')) {
    const here = link.getAttribute('href') === `#/${route.path[0] ?? ''}` || (link.getAttribute('href') === '#/' && ['flow', 'key'].includes(route.path[0]));
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const wanted = view.tail ?? '';
  if (wanted !== tail) connect((tail = wanted));
  update();
}

byId('find').addEventListener('submit', (event) => {
  event.preventDefault();
  location.hash = keyLink(byId('find-flow').value.trim(), encodeURIComponent(byId('find-key').value));
});
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('content').focus();
});
setInterval(showPulse, 1000);
follow(show);
