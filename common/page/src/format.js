// SPDX-License-Identifier: Apache-2.0
// Figures as people read them. Pure.

export const NOTHING = '–';

// [seconds per unit, unit], largest first.
const UNITS = [
  [86400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
];

function digits(value) {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value.toFixed(2);
}

// 0.0124 → "12.4 ms"; minutes and more in two units: 3725 → "1 h 2 min".
export function duration(seconds) {
  if (seconds === Infinity) return '∞';
  if (!Number.isFinite(seconds)) return NOTHING;
  if (seconds < 0) return `−${duration(-seconds)}`;
  if (seconds === 0) return '0 s';
  if (seconds >= 59.95) return longDuration(seconds);
  for (const [size, unit] of UNITS) {
    // What would round up to the next unit is told in that one.
    if (seconds >= size * 0.9995) return `${digits(seconds / size)} ${unit}`;
  }
  return '<1 ns';
}

function longDuration(seconds) {
  const whole = Math.round(seconds);
  const first = UNITS.findIndex(([size]) => whole >= size);
  const [size, unit] = UNITS[first];
  const [nextSize, nextUnit] = UNITS[first + 1];
  const rest = Math.floor((whole % size) / nextSize);
  const head = `${Math.floor(whole / size)} ${unit}`;
  return rest === 0 ? head : `${head} ${rest} ${nextUnit}`;
}

// Of an axis: 0.001 → "1 ms", 600 → "10 min".
export function tick(seconds) {
  for (const [size, unit] of UNITS) {
    if (seconds >= size * 0.9995) return `${Number((seconds / size).toPrecision(3))} ${unit}`;
  }
  return '';
}

// 1234567 → "1,234,567", and from a hundred million on "123 M".
export function count(value) {
  const number = Number(value);
  if (!Number.isFinite(number)) return NOTHING;
  if (number >= 1e8) return compact(number);
  return number.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

// At most four characters and a unit: 12400 → "12.4 k".
export function compact(value) {
  const number = Number(value);
  if (!Number.isFinite(number)) return NOTHING;
  for (const [size, unit] of [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']]) {
    if (number >= size * 0.9995) return `${digits(number / size)} ${unit}`;
  }
  return Number.isInteger(number) ? String(number) : digits(number);
}

// Events in a second.
export function rate(value) {
  if (!Number.isFinite(value)) return NOTHING;
  if (value === 0) return '0';
  if (value < 0.05) return '<0.1';
  if (value < 10) return value.toFixed(1);
  return value >= 1e5 ? compact(value) : Math.round(value).toLocaleString('en-US');
}

export function bytes(value) {
  const number = Number(value);
  if (!Number.isFinite(number)) return NOTHING;
  for (const [size, unit] of [[2 ** 40, 'TiB'], [2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB']]) {
    if (number >= size) return `${digits(number / size)} ${unit}`;
  }
  return `${number} B`;
}

export function percent(part, whole) {
  if (!(whole > 0)) return NOTHING;
  const share = (100 * part) / whole;
  if (share > 0 && share < 0.1) return '<0.1 %';
  return `${share >= 10 || share === 0 ? share.toFixed(0) : share.toFixed(1)} %`;
}

const two = (number) => String(number).padStart(2, '0');

// Nanoseconds since 1970 (a decimal string, as JSON has it) as the local time of day, with milliseconds.
export function timeOfDay(nanos) {
  const date = dateOf(nanos);
  if (!date) return NOTHING;
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

export function dayAndTime(nanos) {
  const date = dateOf(nanos);
  if (!date) return NOTHING;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${timeOfDay(nanos)}`;
}

function dateOf(nanos) {
  if (!nanos || nanos === '0') return null;
  return new Date(Number(BigInt(nanos) / 1000000n));
}

// Seconds between two times in nanoseconds; exact, then as a number.
export function secondsBetween(from, to) {
  return Number(BigInt(to) - BigInt(from)) / 1e9;
}

export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${Number(number) === 1 ? one : many}`;
}

// Doubles of protobuf's JSON: numbers, or the texts Infinity and NaN.
export function double(value) {
  return value === undefined ? 0 : Number(value);
}
