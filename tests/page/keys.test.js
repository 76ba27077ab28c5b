// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decoded, keyParameter, keyText, labelText } from '../../common/page/src/keys.js';
import { flowLink, keyLink, link, parse } from '../../common/page/src/router.js';

const base64 = (...bytes) => Buffer.from(bytes).toString('base64');

test('a key is shown as the text that it is', () => {
  assert.equal(keyText(Buffer.from('push-7 ü').toString('base64')), 'push-7 ü');
});

test('a key that is no text is shown in hexadecimal', () => {
  assert.equal(keyText(base64(0xff, 0x00)), '0xff00');
  assert.equal(keyText(base64(0x61, 0x0a)), '0x610a');
});

test('every key can be written into an address, and read back', () => {
  assert.equal(keyParameter(base64(0x61, 0x2f, 0x20, 0xff)), 'a%2F%20%FF');
  const text = 'a/b?c&d=ü';
  const { path } = parse(keyLink('push', keyParameter(Buffer.from(text).toString('base64'))));
  assert.deepEqual(path.slice(0, 2), ['key', 'push']);
  assert.equal(decoded(path[2]), text);
});

test('a parameter that is no UTF-8 stays encoded', () => {
  assert.equal(decoded('%FF'), '%FF');
});

test('labels are one line', () => {
  assert.equal(labelText([{ name: 'a', value: '1' }, { name: 'b', value: '' }]), 'a=1 b=');
  assert.equal(labelText(undefined), '');
});

test('routes are a path and parameters', () => {
  assert.deepEqual(parse(''), { path: [], parameters: {} });
  assert.deepEqual(parse('#/'), { path: [], parameters: {} });
  assert.deepEqual(parse('#/flow/push?window=1h&by='), { path: ['flow', 'push'], parameters: { window: '1h', by: '' } });
});

test('links leave out what is not given', () => {
  assert.equal(link(['tail'], { flow: '', decisions: 'late,expired', prefix: undefined }), '#/tail?decisions=late%2Cexpired');
  assert.equal(flowLink('push', { window: '1h' }), '#/flow/push?window=1h');
});
