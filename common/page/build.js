// SPDX-License-Identifier: Apache-2.0
// Makes dist/ of src/: one script, one style sheet, and the two files that need no making. `node build.js FOLDER` makes
// it elsewhere. The same sources and package-lock.json give the same bytes.
import { build } from 'esbuild';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, 'dist');

await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: { app: 'src/main.js' },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2021',
  charset: 'utf8',
  legalComments: 'none',
  banner: {
    js: '/* SPDX-License-Identifier: Apache-2.0. Made by build.js; with uPlot, (c) Leon Sorokin, MIT. */',
    css: '/* SPDX-License-Identifier: Apache-2.0. Made by build.js; with uPlot, (c) Leon Sorokin, MIT. */',
  },
});
for (const name of ['index.html', 'icon.svg']) await copyFile(join(here, 'src', name), join(out, name));
