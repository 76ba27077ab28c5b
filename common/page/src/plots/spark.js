// SPDX-License-Identifier: Apache-2.0
// A line without axes, as large as a word.

const WIDTH = 96;
const HEIGHT = 22;
const SVG = 'http://www.w3.org/2000/svg';

// The path through `values`, the newest at the right, where `slots` fit; 0 at the bottom, a gap where it is NaN. Pure.
export function sparkPath(values, slots) {
  const shown = values.slice(-slots);
  if (shown.length < 2) return '';
  const most = Math.max(...shown.filter(Number.isFinite), Number.MIN_VALUE);
  const left = slots - shown.length;
  return shown
    .map((value, i) => {
      if (!Number.isFinite(value)) return '';
      const x = ((left + i) / (slots - 1)) * WIDTH;
      const y = HEIGHT - 1.5 - (Math.max(0, value) / most) * (HEIGHT - 3);
      return `${i === 0 || !Number.isFinite(shown[i - 1]) ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

export function spark(kind) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('class', `spark ${kind}`);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(path);
  return { element: svg, show: (values, slots) => path.setAttribute('d', sparkPath(values, slots)) };
}
