// SPDX-License-Identifier: Apache-2.0
// What services of a small shop would send: pushes that take a second, tasks of three parts, a letter now and then.
import { once } from 'node:events';

const PUSHES_PER_TICK = 1;
const TICK_MILLIS = 50;
const HISTORY_MINUTES = 70;
const REGIONS = ['eu', 'us', 'ap'];

// Log-normal around `median`, from a seed, so that each run looks alike.
function* latencies(median, spread, seed = 7) {
  let state = seed;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (;;) yield median * Math.exp(spread * Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()));
}

export class Traffic {
  #sender;
  #timer;
  #due = [];  // events of the future: {at, flow, line}
  #number = 0;
  #stalled = new Set();
  // A key whose end was sent last.
  ended = '';
  #push = latencies(0.7, 0.55);
  #task = latencies(2.5, 0.4);

  constructor(cluster) {
    this.#sender = cluster.sender();
  }

  // An hour that was, minute by minute; a bad quarter of an hour in it.
  async sendHistory() {
    const now = Date.now();
    for (let minute = HISTORY_MINUTES; minute >= 1; --minute) {
      const slow = minute > 20 && minute < 33 ? 3.5 : 1;
      const many = Math.round(900 + 350 * Math.sin(minute / 8));
      for (let i = 0; i < many; ++i) {
        const at = now - 60000 * minute + (60000 * i) / many;
        const key = `push-h${minute}-${i}`;
        this.#send({ flow: 'push', key, kind: 'start', ...this.#when(at), labels: { region: REGIONS[i % 3] } });
        if (slow === 1 || i % 300 !== 0) this.#send({ flow: 'push', key, kind: 'end', ...this.#when(at + 1000 * slow * this.#push.next().value) });
      }
      if (!this.#sender.stdin.write('\n')) await once(this.#sender.stdin, 'drain');
    }
  }

  // From now on, in real time.
  flow() {
    this.#timer = setInterval(() => this.#tick(Date.now()), TICK_MILLIS);
  }

  // The ends of a flow do not come any more, until `goOn`; then those that waited come at once.
  stall(flow) { this.#stalled.add(flow); }
  goOn(flow) { this.#stalled.delete(flow); }

  stop() {
    clearInterval(this.#timer);
    this.#sender.stdin.end();
  }

  #tick(now) {
    for (let i = 0; i < PUSHES_PER_TICK; ++i) this.#startPush(now);
    if (this.#number % 10 === 0) this.#startTask(now);
    if (this.#number % 200 === 0) this.#send({ flow: 'newsletter', key: `letter-${this.#number}`, kind: 'start', ...this.#when(now) });
    const ready = this.#due.filter(({ at, flow }) => at <= now && !this.#stalled.has(flow));
    this.#due = this.#due.filter((event) => !ready.includes(event));
    for (const { flow, line } of ready) this.#send({ flow, ...line, ...this.#when(now) });
    this.ended = ready.findLast(({ flow }) => flow === 'push')?.line.key ?? this.ended;
  }

  #startPush(now) {
    const key = `push-${++this.#number}`;
    this.#send({ flow: 'push', key, kind: 'start', ...this.#when(now), labels: { region: REGIONS[this.#number % 3] } });
    this.#due.push({ at: now + 1000 * this.#push.next().value, flow: 'push', line: { key, kind: 'end' } });
  }

  #startTask(now) {
    const key = `task-${this.#number}`;
    this.#send({ flow: 'task', key, kind: 'start', expected: 3, ...this.#when(now) });
    for (const part of ['render', 'send', 'bill']) {
      this.#due.push({ at: now + 1000 * this.#task.next().value, flow: 'task', line: { key, kind: 'part_ended', part } });
    }
  }

  #when = (millis) => ({ time: new Date(millis).toISOString() });
  #send(event) { this.#sender.stdin.write(`${JSON.stringify(event)}\n`); }
}
