// SPDX-License-Identifier: Apache-2.0
// Axes: powers of ten for durations, round numbers for counts. Pure.
import { compact, tick } from '../format.js';

// The powers of ten around what is shown, at least one decade; [0.001, 1] when there is nothing.
export function decades(min, max) {
  if (!(min > 0) || !(max > 0)) return [0.001, 1];
  const low = Math.floor(Math.log10(min) + 1e-9);
  const high = Math.ceil(Math.log10(max) - 1e-9);
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

// Where durations are told: powers of ten up to ten seconds, then of units that people count in.
const TICKS = [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 60, 600, 3600, 36000, 86400 * 10];

export function durationTicks(min, max) {
  return TICKS.filter((at) => at >= min * 0.999 && at <= max * 1.001);
}

// 0 to a bit above the largest, ending at a round number.
export function fromZero(max) {
  if (!(max > 0)) return [0, 1];
  const size = 10 ** Math.floor(Math.log10(max));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * size >= max * 1.04) ?? 12;
  return [0, step * size];
}

const FONT = '11px system-ui, sans-serif';

function plain(colors) {
  return { stroke: colors.text, font: FONT, grid: { stroke: colors.grid, width: 1 }, ticks: { show: false }, gap: 6 };
}

// `side`: 3 for the left, 2 for the bottom.
export function durationAxis(colors, side) {
  return {
    ...plain(colors), side, size: side === 3 ? 56 : 28,
    splits: (u, i, min, max) => durationTicks(min, max),
    filter: (u, splits) => splits,
    values: (u, splits) => splits.map(tick),
  };
}

// 1500 → "1.5 k", without the zeros that figures have to keep their width.
export function countTick(value) {
  return Number.isInteger(value) ? compact(value).replace(/(\.\d*?)0+(?= )/, '$1').replace(/\.(?= )/, '') : '';
}

export function countAxis(colors) {
  return { ...plain(colors), side: 3, size: 56, values: (u, splits) => splits.map(countTick) };
}

const pad = (number) => String(number).padStart(2, '0');

export function timeAxis(colors) {
  return {
    ...plain(colors), side: 2, size: 28, space: 64,
    values: (u, splits) => splits.map((at) => timeLabel(new Date(at * 1000))),
  };
}

function timeLabel(date) {
  const midnight = date.getHours() === 0 && date.getMinutes() === 0;
  return midnight ? `${date.getMonth() + 1}/${date.getDate()}` : `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}
