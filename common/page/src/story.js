// SPDX-License-Identifier: Apache-2.0
// A KeyReply as a story: what happened to the key, in order of time. Pure.
import { duration, plural, secondsBetween } from './format.js';
import { keyText } from './keys.js';

const VERDICTS = {
  ABSENT: ['none', 'Not known', 'No node has seen this key, or it was forgotten after its time.'],
  OPEN: ['warn', 'Waiting', 'It has started and waits for its end.'],
  EARLY: ['warn', 'Early', 'Its end came first; it waits for its start.'],
  MATCHED: ['good', 'Matched', 'It ended in time.'],
  EXPIRED: ['bad', 'Expired', 'No end came in time.'],
  LATE: ['bad', 'Late', 'It expired, and an end came after that.'],
};

// {kind, title, sentence, latency}
export function verdict(reply) {
  const [kind, title, sentence] = VERDICTS[reply.state] ?? ['bad', 'No answer', missingSentence(reply)];
  const ended = reply.state === 'MATCHED' || reply.state === 'LATE';
  return { kind, title, sentence, latency: ended ? duration(Number(reply.latency_nanos) / 1e9) : '' };
}

function missingSentence(reply) {
  const [owner] = reply.missing ?? [];
  return owner ? `Its owner ${owner.joiner} did not answer: ${owner.reason}` : 'Its owner did not answer.';
}

const known = (nanos) => nanos !== undefined && nanos !== '0';

// [{at: nanoseconds as text, title, note, kind}], earliest first. `now` in nanoseconds, as text.
export function events(reply, now) {
  const story = [];
  const { started_unix_nanos: started, ended_unix_nanos: ended, deadline_unix_nanos: deadline, parts } = reply;
  const sinceStart = (at) => (known(started) ? `${duration(secondsBetween(started, at))} after the start` : '');
  if (known(started)) story.push({ at: started, title: 'Started', note: '', kind: 'none' });
  if (parts) story.push(...partEvents(parts, sinceStart));
  if (known(ended)) story.push({ at: ended, title: 'Ended', note: sinceStart(ended), kind: reply.state === 'MATCHED' ? 'good' : 'bad' });
  if (known(deadline) && reply.state === 'EXPIRED') {
    story.push({ at: deadline, title: 'Expired', note: sinceStart(deadline), kind: 'bad' });
  } else if (known(deadline)) {
    story.push({ at: now, title: 'Now', note: known(started) ? `open for ${duration(secondsBetween(started, now))}` : '', kind: 'warn' });
    story.push({ at: deadline, title: 'Expires', note: `if nothing comes, in ${duration(secondsBetween(now, deadline))}`, kind: 'none' });
  }
  return story.sort((a, b) => (BigInt(a.at) < BigInt(b.at) ? -1 : BigInt(a.at) > BigInt(b.at) ? 1 : 0));
}

function partEvents(parts, sinceStart) {
  const { completed_unix_nanos: completed, last_progress_unix_nanos: progress } = parts;
  const story = [];
  if (known(completed)) story.push({ at: completed, title: 'Completed', note: `all parts are declared, ${sinceStart(completed)}`, kind: 'none' });
  if (known(progress)) story.push({ at: progress, title: 'Last progress', note: sinceStart(progress), kind: 'none' });
  return story;
}

// What a fan-out has of its parts, as a sentence; empty for keys that have none.
export function partsSentence(parts) {
  if (!parts) return '';
  const expected = Number(parts.expected) > 0 ? `${plural(parts.expected, 'part')} expected` : 'number of parts not said';
  const missing = Number(parts.missing) > 0 ? `, ${parts.missing} missing` : '';
  const names = (parts.missing_ids ?? []).map(keyText).join(', ');
  return `${expected}, ${parts.known} known, ${parts.ended} out${missing}${names && ` (${names})`}`;
}
