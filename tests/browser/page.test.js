// SPDX-License-Identifier: Apache-2.0
// The page in a browser, before a real cluster with real events. Writes the pictures of the docs on the way, into the
// folder BROWSER_TEST_PICTURES if that is set.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Cluster } from './cluster.js';
import { eventually } from './eventually.js';
import { openBrowser, Reader } from './reader.js';
import { Traffic } from './traffic.js';

const PICTURES = process.env.BROWSER_TEST_PICTURES;
const VIEWS = {
  flows: ['#/', 'tbody tr:has-text("push") .badge.warn'],
  flow: ['#/flow/push', '.plot canvas'],
  key: ['#/key/push/push-h30-0', '.verdict .badge'],
  tail: ['#/tail', 'tbody tr .badge'],
  cluster: ['#/cluster', '.card .facts'],
  balance: ['#/balance', '.verdict .badge.good'],
};

let cluster;
let traffic;
let browser;

before(async () => {
  cluster = await Cluster.start(3);
  traffic = new Traffic(cluster);
  await traffic.sendHistory();
  traffic.flow();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  traffic?.stop();
  await cluster?.stop();
});

async function withReader(options, work) {
  const reader = await Reader.open(browser, cluster.page, options);
  try {
    await work(reader);
    assert.deepEqual(reader.complaints, [], 'nothing on the console');
    assert.deepEqual(await reader.violations(), [], 'nothing against the Content-Security-Policy');
  } finally {
    await reader.close();
  }
}

async function picture(reader, name) {
  if (!PICTURES) return;
  await mkdir(PICTURES, { recursive: true });
  await reader.picture(`${PICTURES}/${name}.png`);
}

const number = (text) => Number(text.replaceAll(',', ''));
const row = (flow) => `tbody tr:has(th:has-text("${flow}"))`;
// The cell of a flow's row under the heading.
async function cell(reader, flow, title) {
  const place = await reader.page.locator('.scroll thead th').allTextContents();
  return reader.text(`${row(flow)} > :nth-child(${place.indexOf(title) + 1})`);
}

test('every flow is in the table, with its figures', () => withReader({}, async (reader) => {
  await reader.visit('#/', row('newsletter'));
  await reader.sees(`${row('push')} .badge.warn`);
  await eventually('rates', async () => number(await cell(reader, 'push', 'Ended/s')) > 10);
  assert.ok(number(await cell(reader, 'push', 'Open')) > 0);
  assert.match(await cell(reader, 'push', 'p99'), /^\d.* m?s$/);
  assert.equal(await cell(reader, 'newsletter', 'p50'), '–');
}));

test('a flow shows its hour, what is open, and who is slow', () => withReader({}, async (reader) => {
  await reader.visit('#/flow/push', 'h2:has-text("Percentiles")');
  await eventually('four plots', async () => (await reader.page.locator('.plot:visible canvas').count()) === 4);
  await reader.sees('h2:has-text("Slowest")');
  await reader.sees('.panel:has(h2:has-text("Slowest")) tbody a');
  await reader.sees('.panel:has(h2:has-text("Series")) th:has-text("region=eu")');
  await reader.sees('.panel:has(h2:has-text("Overdue")) tbody a:has-text("push-h")');
  assert.ok(number(await reader.text('.figure:has-text("Overdue") dd')) > 0, 'keys of the bad quarter of an hour wait');
  await reader.page.locator('.choices a', { hasText: '15m' }).click();
  await reader.sees('.choices a[aria-current]:has-text("15m")');
}));

test('a key tells its story, found by the form', () => withReader({}, async (reader) => {
  await reader.visit('#/', row('push'));
  await reader.page.getByLabel('Flow', { exact: true }).fill('push');
  await reader.page.getByLabel('Key', { exact: true }).fill(traffic.ended);
  await reader.page.keyboard.press('Enter');
  await reader.sees('.verdict .badge:has-text("Matched")');
  assert.deepEqual(await reader.page.locator('.story strong').allTextContents(), ['Started', 'Ended']);
  await reader.visit('#/key/push/nobody', '.verdict .badge:has-text("Not known")');
  await reader.visit('#/key/push/push-h30-0', '.verdict .badge:has-text("Waiting")');
  assert.deepEqual(await reader.page.locator('.story strong').allTextContents(), ['Started', 'Now', 'Expires']);
}));

test('the tail shows decisions as they happen, and only those asked for', () => withReader({}, async (reader) => {
  await reader.visit('#/tail', 'tbody tr .badge:has-text("matched")');
  await reader.sees('tbody tr .badge:has-text("started")');
  await reader.page.getByLabel('matched').check();
  await reader.sees('tbody tr .badge:has-text("matched")');
  const decisions = await reader.page.locator('tbody .badge').allTextContents();
  assert.deepEqual([...new Set(decisions)], ['matched']);
}));

test('the cluster and the balance are whole', () => withReader({}, async (reader) => {
  await reader.visit('#/cluster', '.card .facts');
  assert.deepEqual(await reader.page.locator('.card h2').allTextContents(), ['joiner-0', 'joiner-1', 'joiner-2']);
  assert.match(await reader.page.locator('.slots').getAttribute('aria-label'), /^4096 of 4096 slots/);
  await reader.visit('#/balance', '.verdict .badge:has-text("balanced")');
  assert.equal(await cell(reader, 'push', '+ unexplained'), '0');
}));

test('a stall is seen within three seconds, while what ended stays as it was', () => withReader({}, async (reader) => {
  await reader.visit('#/', `${row('push')} .badge.warn`);
  await eventually('a rate of ends', async () => number(await cell(reader, 'push', 'Ended/s')) > 10);
  const seconds = (text) => (text.includes('ms') ? parseFloat(text) / 1000 : parseFloat(text));
  const p99 = seconds(await cell(reader, 'push', 'p99'));
  const stalledAt = performance.now();
  traffic.stall('push');
  await reader.sees(`${row('push')} .badge.bad:has-text("nothing ends")`, 10);
  const seenAfter = (performance.now() - stalledAt) / 1000;
  console.log(`the stall was seen after ${seenAfter.toFixed(1)} s`);
  assert.ok(seenAfter < 3, `seen after ${seenAfter} s`);
  const open = number(await cell(reader, 'push', 'Open'));
  await eventually('open keys to pile up', async () => number(await cell(reader, 'push', 'Open')) > open + 50);
  await eventually('them to be overdue', async () => {
    const past = await cell(reader, 'push', 'Past p99');
    if (!(number(past) > 60)) throw new Error(`${past} of ${await cell(reader, 'push', 'Open')} are past ${await cell(reader, 'push', 'p99')}`);
    return true;
  });
  const later = seconds(await cell(reader, 'push', 'p99'));
  assert.ok(Math.abs(later - p99) < 0.3 * p99, `p99 of what ended was ${p99} s and is ${later} s`);
  await picture(reader, 'stall');
  await reader.visit('#/flow/push', '.figure.bad:has-text("Ended/s")');
  await picture(reader, 'stall-flow');
  traffic.goOn('push');
  await reader.visit('#/', `${row('push')} td:nth-child(2) .badge:not(.bad)`);
}));

test('a joiner that is gone is named in every view, and the banner goes away by itself', () => withReader({}, async (reader) => {
  await reader.visit('#/', row('push'));
  await cluster.killJoiner(1);
  await reader.sees('#banner .notice:has-text("joiner-1")');
  for (const [hash] of Object.values(VIEWS)) await reader.visit(hash, '#banner .notice:has-text("joiner-1")');
  await reader.visit('#/cluster', '.card.gone:has-text("joiner-1")');
  await picture(reader, 'joiner-gone');
  cluster.startJoiner(1);
  await reader.page.locator('#banner .notice').first().waitFor({ state: 'detached', timeout: 60000 });
}));

test('a joiner serves the same page', async () => {
  const reader = await Reader.open(browser, `http://127.0.0.1:${cluster.joiners[0].http}`);
  await reader.visit('#/', row('push'));
  assert.deepEqual(reader.complaints, []);
  await reader.close();
});

test('everything can be reached by keyboard', () => withReader({}, async (reader) => {
  await reader.visit('#/', `${row('push')} a`);
  const { keyboard } = reader.page;
  await keyboard.press('Tab');
  assert.equal(await reader.page.evaluate(() => document.activeElement.className), 'skip');
  await keyboard.press('Enter');
  assert.equal(await reader.page.evaluate(() => document.activeElement.id), 'content');
  const push = reader.page.locator(`${row('push')} a`);
  for (let i = 0; i < 10 && !(await push.evaluate((link) => link === document.activeElement)); ++i) await keyboard.press('Tab');
  assert.notEqual(await push.evaluate((link) => getComputedStyle(link).outlineStyle), 'none', 'the focus is visible');
  // Figures change meanwhile; the focus stays.
  const before = await cell(reader, 'push', 'Open');
  await eventually('news', async () => (await cell(reader, 'push', 'Open')) !== before);
  assert.ok(await push.evaluate((link) => link === document.activeElement));
  await keyboard.press('Enter');
  await reader.sees('h1:has-text("push")');
}));

for (const scheme of ['light', 'dark']) {
  for (const width of [1280, 390]) {
    test(`everybody can read every view: ${scheme}, ${width} wide`, () => withReader({ scheme, width }, async (reader) => {
      for (const [name, [hash, selector]] of Object.entries(VIEWS)) {
        await reader.visit(hash, selector);
        if (name === 'flow') await eventually('plots', async () => (await reader.page.locator('.plot:visible canvas').count()) >= 3);
        // Enough of a minute for its lines, where there is a picture to be taken.
        if (name === 'flows' && PICTURES && width === 1280) await reader.page.waitForTimeout(20000);
        assert.deepEqual(await reader.faults(), [], name);
        assert.ok((await reader.overflow()) <= 0, `${name} is wider than the window`);
        if (width === 1280 || name === 'flow') await picture(reader, `${name}-${scheme}${width === 390 ? '-phone' : ''}`);
      }
    }));
  }
}
