// SPDX-License-Identifier: Apache-2.0
// A plot in a box: made anew when it is given data, its width follows the box, its colours the reader's scheme.
import uPlot from 'uplot';
import { colors, onSchemeChange } from './theme.js';

const HEIGHT = 190;

// `options(data, colors)` → {options, series}; null when there is nothing to show.
export function plot(label, options) {
  const element = document.createElement('div');
  element.className = 'plot';
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', label);
  let chart = null;
  let shown = null;

  const draw = () => {
    if (!shown || element.clientWidth === 0) return;
    const made = options(shown, colors());
    chart?.destroy();
    chart = new uPlot({ height: HEIGHT, width: element.clientWidth, padding: [10, 22, 0, 0], ...made.options }, made.series, element);
  };
  const resize = new ResizeObserver(() => {
    if (chart && chart.width !== element.clientWidth) chart.setSize({ width: element.clientWidth, height: HEIGHT });
    else if (!chart) draw();
  });
  resize.observe(element);
  const forget = onSchemeChange(draw);

  return {
    element,
    show(data, summary) {
      shown = data;
      if (summary) element.setAttribute('aria-label', `${label}: ${summary}`);
      draw();
    },
    close() {
      resize.disconnect();
      forget();
      chart?.destroy();
    },
  };
}

// Options for a plot of rectangles [{x0, x1, y0, y1, fill}], and lines [{x, label, stroke}] across it.
// `x`: [min, max], logarithmic or a time; `y`: [min, max], logarithmic or counts.
export function rectangles({ x, y, xAxis, yAxis, logX, logY, rects, lines = [] }) {
  const draw = (u) => {
    const { ctx } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    ctx.clip();
    for (const rect of rects) {
      const left = u.valToPos(rect.x0, 'x', true);
      const right = u.valToPos(rect.x1, 'x', true);
      const top = u.valToPos(rect.y1, 'y', true);
      const bottom = u.valToPos(rect.y0, 'y', true);
      ctx.fillStyle = rect.fill;
      ctx.globalAlpha = rect.alpha ?? 1;
      const gap = right - left > 4 ? devicePixelRatio : 0;
      ctx.fillRect(left, top, Math.max(1, right - left - gap), Math.max(1, bottom - top - (rect.gap ?? 0)));
    }
    ctx.globalAlpha = 1;
    for (const line of lines) drawLine(u, line);
    ctx.restore();
  };
  return {
    options: {
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: !logX, distr: logX ? 3 : 1, range: () => x }, y: { distr: logY ? 3 : 1, range: () => y } },
      axes: [xAxis, yAxis],
      series: [{}, { show: true, paths: () => null, points: { show: false } }],
      hooks: { draw: [draw] },
    },
    series: [x, y],
  };
}

function drawLine(u, { x, label, stroke }) {
  const { ctx } = u;
  const at = Math.round(u.valToPos(x, 'x', true));
  ctx.strokeStyle = stroke;
  ctx.fillStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(at, u.bbox.top);
  ctx.lineTo(at, u.bbox.top + u.bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  // Where there is no room to the right, to the left of its line.
  const gap = 5 * devicePixelRatio;
  const fits = at + gap + ctx.measureText(label).width < u.bbox.left + u.bbox.width;
  ctx.textAlign = fits ? 'left' : 'right';
  ctx.fillText(label, fits ? at + gap : at - gap, u.bbox.top + 2 * devicePixelRatio);
}
