// SPDX-License-Identifier: Apache-2.0

// Waits until `check` says yes; what it throws means not yet. Fails after `seconds`.
export async function eventually(what, check, seconds = 30) {
  const until = performance.now() + 1000 * seconds;
  let problem = 'no';
  while (performance.now() < until) {
    try {
      if (await check()) return;
    } catch (error) {
      problem = error.message;
    }
    await new Promise((again) => setTimeout(again, 100));
  }
  throw new Error(`waited ${seconds} s for ${what}: ${problem}`);
}
