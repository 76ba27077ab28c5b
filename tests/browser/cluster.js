// SPDX-License-Identifier: Apache-2.0
// A real cluster on loopback: joiners and a partitioner of this build, data in a temporary folder.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.js';

const BUILD = resolve(process.env.BROWSER_TEST_BUILD ?? new URL('../../build/release', import.meta.url).pathname);
const FLOWS = `flows:
  - name: push
    ttl: 3h
    retry_window: 2h
    labels: [region]
    objective: {under: 3s, target: 99%}
  - name: task
    shape: fanout
    ttl: 3h
  - name: newsletter
    ttl: 3h
`;

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

export class Cluster {
  #processes = new Map();

  static async start(joiners) {
    const cluster = new Cluster();
    cluster.folder = await mkdtemp(join(tmpdir(), 'oneway-browser-'));
    cluster.config = join(cluster.folder, 'oneway.yaml');
    cluster.joiners = [];
    for (let i = 0; i < joiners; ++i) cluster.joiners.push({ name: `joiner-${i}`, port: await freePort(), http: await freePort() });
    cluster.server = `127.0.0.1:${await freePort()}`;
    cluster.page = `http://127.0.0.1:${await freePort()}`;
    const addresses = cluster.joiners.map(({ name, port }) => `    - {name: ${name}, address: 127.0.0.1:${port}}\n`).join('');
    await writeFile(cluster.config, `cluster:\n  joiners:\n${addresses}${FLOWS}`);
    for (let i = 0; i < joiners; ++i) cluster.startJoiner(i);
    cluster.#run('partitioner', 'partitioner/oneway-partitioner', ['--listen', cluster.server, '--http-listen', new URL(cluster.page).host]);
    try {
      await eventually('the partitioner to be ready', async () => (await fetch(`${cluster.page}/readyz`)).ok);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  startJoiner(i) {
    const { name, http } = this.joiners[i];
    this.#run(name, 'joiner/oneway-joiner', ['--name', name, '--http-listen', `127.0.0.1:${http}`, '--data', join(this.folder, name), '--disk-reserve', '0', '--shards', '2']);
  }

  async killJoiner(i) {
    await this.#end(this.joiners[i].name, 'SIGKILL');
  }

  // `oneway send` with lines of JSON on its standard input.
  sender() {
    const child = spawn(join(BUILD, 'cli/oneway'), ['--server', this.server, 'send', '-'], { stdio: ['pipe', 'ignore', openSync(join(this.folder, 'send.log'), 'a')] });
    child.stdin.on('error', () => {});
    return child;
  }

  async stop() {
    for (const name of [...this.#processes.keys()].reverse()) await this.#end(name, 'SIGTERM');
    if (!process.env.BROWSER_TEST_KEEP) await rm(this.folder, { recursive: true, force: true });
  }

  #run(name, program, flags) {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    this.#processes.set(name, spawn(join(BUILD, program), ['--config', this.config, ...flags], { stdio: ['ignore', log, log] }));
  }

  async #end(name, signal) {
    const child = this.#processes.get(name);
    this.#processes.delete(name);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((exit) => child.once('exit', exit));
    child.kill(signal);
    await ended;
  }
}
