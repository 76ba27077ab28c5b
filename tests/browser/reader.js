// SPDX-License-Identifier: Apache-2.0
// A reader of the page: a browser in one colour scheme and size, who notes what goes wrong.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const openBrowser = () => chromium.launch({ executablePath: process.env.BROWSER_TEST_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

export class Reader {
  complaints = [];

  static async open(browser, address, { scheme = 'light', width = 1280 } = {}) {
    const reader = new Reader();
    reader.address = address;
    const context = await browser.newContext({ viewport: { width, height: width < 600 ? 844 : 860 }, colorScheme: scheme });
    reader.page = await context.newPage();
    const note = (kind) => (what) => reader.complaints.push(`${kind}: ${what.text?.() ?? what.message}`);
    reader.page.on('pageerror', note('error'));
    reader.page.on('console', (message) => ['error', 'warning'].includes(message.type()) && note(message.type())(message));
    await reader.page.addInitScript(() => {
      globalThis.violations = [];
      addEventListener('securitypolicyviolation', (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    return reader;
  }

  // Opens a view and waits until `selector` is there to be seen.
  async visit(hash, selector) {
    await this.page.goto(`${this.address}/${hash}`);
    await this.sees(selector);
  }

  async sees(selector, seconds = 15) {
    await this.page.locator(selector).first().waitFor({ state: 'visible', timeout: 1000 * seconds });
  }

  async text(selector) {
    return (await this.page.locator(selector).first().innerText()).trim();
  }

  violations() { return this.page.evaluate(() => globalThis.violations); }

  // What the body is wider than the window by.
  overflow() { return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth); }

  // Faults that keep people out, by axe-core; through the debugger, so that the page's own policy stays in force.
  async faults() {
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate(() => globalThis.axe.run());
    return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).slice(0, 3).join('; ')}`);
  }

  async picture(path) {
    await this.page.screenshot({ path, animations: 'disabled' });
  }

  close() { return this.page.context().close(); }
}
