// SPDX-License-Identifier: Apache-2.0
// The commands that the page shows are such as the command line tool takes.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const VIEWS = 'common/page/src/views/';

// `stats` → the names that its AddStats gives to options and flags.
function optionsByVerb() {
  const options = new Map();
  for (const file of ['command_line.cc', 'watching_verbs.cc']) {
    for (const part of read(`cli/${file}`).split(/^(?=void Add\w+\()/m)) {
      const verb = part.match(/add_subcommand\("(\w+)"/)?.[1];
      const names = [...part.matchAll(/(?:add_option|add_flag|AddDuration|add_option_function<\w+>)\([^"]*"([^"]+)"/g)].map(([, name]) => name);
      if (verb) options.set(verb, names.flatMap((name) => name.split(',')));
    }
  }
  return options;
}

const commands = readdirSync(new URL(VIEWS, root))
  .flatMap((file) => [...read(VIEWS + file).matchAll(/command\('([^']+)'\)/g)].map(([, text]) => text));

test('the page shows commands', () => assert.ok(commands.length >= 3));

for (const text of new Set(commands)) {
  test(`${text} is taken`, () => {
    const [tool, verb, ...words] = text.split(' ');
    const known = optionsByVerb().get(verb);
    assert.equal(tool, 'oneway');
    assert.ok(known, `there is a verb ${verb}`);
    for (const [at, word] of words.entries()) {
      if (word.startsWith('--')) assert.ok(known.includes(word), `${verb} has ${word}`);
      // No verb that is shown takes anything but flags and their values.
      else assert.ok(words[at - 1]?.startsWith('--'), `${word} is the value of a flag`);
    }
    // A start or an end says of which key of which flow.
    if (verb === 'send') for (const needed of ['--flow', '--key']) assert.ok(words.includes(needed), needed);
  });
}
