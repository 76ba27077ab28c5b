// SPDX-License-Identifier: Apache-2.0
// The node that the page came from.

// GET /api/v1/`path`: the reply, or an Error whose message tells what to do. `query` is encoded already.
export async function get(path, query, signal) {
  let response;
  try {
    response = await fetch(`api/v1/${path}${query ? `?${query}` : ''}`, { signal });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Error('this node does not answer');
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `this node answered with status ${response.status}`);
  return body;
}

export const TOPICS = ['stats', 'totals', 'overdue', 'cluster', 'tail', 'skipped', 'problem'];

// Server-sent events: `on_event(topic, data)` for each, `on_state(connected)` when that changes. The browser connects
// again by itself, but not when it was refused; then we do. Returns how to close it.
export function openEvents(query, onEvent, onState) {
  const AGAIN_MILLIS = 2000;
  let source;
  let again;
  const open = () => {
    source = new EventSource(`api/v1/events${query ? `?${query}` : ''}`);
    source.onopen = () => onState(true);
    source.onerror = () => {
      onState(false);
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MILLIS);
    };
    for (const topic of TOPICS) source.addEventListener(topic, (event) => onEvent(topic, JSON.parse(event.data)));
  };
  open();
  return () => {
    clearTimeout(again);
    source.close();
  };
}

// Calls `work(signal)` now and again `millis` after each time it has ended, until it is stopped: returns how.
export function repeat(work, millis) {
  const controller = new AbortController();
  let timer;
  const run = async () => {
    await work(controller.signal).catch(() => {});
    if (!controller.signal.aborted) timer = setTimeout(run, millis);
  };
  run();
  return () => {
    controller.abort();
    clearTimeout(timer);
  };
}
