// SPDX-License-Identifier: Apache-2.0
// What is committed and embedded is what the sources give.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const page = new URL('../../common/page/', import.meta.url).pathname;

test('dist/ is what npm run build makes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oneway-page-'));
  try {
    execFileSync('node', ['build.js', folder], { cwd: page });
    assert.deepEqual(readdirSync(folder).sort(), readdirSync(join(page, 'dist')).sort());
    for (const name of readdirSync(folder)) {
      assert.ok(readFileSync(join(folder, name)).equals(readFileSync(join(page, 'dist', name))),
        `dist/${name} is old: (cd common/page && npm ci && npm run build), and commit it`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
