// SPDX-License-Identifier: Apache-2.0
// The plots of a flow.
import { duration } from '../format.js';
import { coarse } from '../histogram.js';
import { countAxis, decades, durationAxis, fromZero, timeAxis } from './axis.js';
import { plot, rectangles } from './plot.js';
import { cohorts, heat, percentiles, timeRange } from './series.js';

const STEPS_PER_DECADE = 8;

const range = (values) => [Math.min(...values), Math.max(...values)];

export const percentilesPlot = () => plot('Latency percentiles over time', (timeline, colors) => {
  const series = percentiles(timeline);
  const values = series.slice(1).flat().filter((value) => value !== null);
  // Away from the pointer, the legend tells the last there is.
  const told = (u, value, series) => (u.cursor.idx === null || u.cursor.idx === undefined ? u.data[series].findLast((one) => one !== null) : value);
  const line = (label, stroke) => ({
    label, stroke, width: 1.75, spanGaps: false, points: { size: 5, width: 0, fill: stroke },
    value: (u, value, series) => duration(told(u, value, series) ?? NaN),
  });
  const time = (u, at) => (at === null || at === undefined ? 'last' : new Date(at * 1000).toTimeString().slice(0, 5));
  return {
    series,
    options: {
      scales: { x: { time: true, range: () => timeRange(timeline) }, y: { distr: 3, range: () => decades(...range(values)) } },
      axes: [timeAxis(colors), durationAxis(colors, 3)],
      series: [{ label: 'at', value: time },
        line('p50', colors.p50), line('p90', colors.p90), line('p99', colors.p99)],
      cursor: { y: false, points: { size: 6 } },
      legend: { live: true },
    },
  };
});

export const heatPlot = () => plot('Latencies over time', (timeline, colors) => {
  const rects = heat(timeline, STEPS_PER_DECADE).map((cell) => ({ ...cell, fill: colors.heat }));
  const low = rects.map((rect) => rect.y0);
  const high = rects.map((rect) => rect.y1);
  return rectangles({
    x: timeRange(timeline), y: decades(Math.min(...low), Math.max(...high)),
    xAxis: timeAxis(colors), yAxis: durationAxis(colors, 3), logY: true, rects,
  });
});

// {ages: LatencyHistogram, p99: seconds of those that ended; 0 for none}
export const agesPlot = () => plot('Ages of open keys', ({ ages, p99 }, colors) => {
  const bars = coarse(ages, STEPS_PER_DECADE);
  const ends = [...bars.map((bar) => bar.from), ...bars.map((bar) => bar.to), ...(p99 > 0 ? [p99] : [])];
  const rects = bars.map((bar) => ({
    x0: bar.from, x1: bar.to, y0: 0, y1: bar.count, fill: p99 > 0 && bar.from >= p99 ? colors.bad : colors.accent,
  }));
  return rectangles({
    x: decades(...range(ends)), y: fromZero(Math.max(0, ...bars.map((bar) => bar.count))), logX: true,
    xAxis: durationAxis(colors, 2), yAxis: countAxis(colors), rects,
    lines: p99 > 0 ? [{ x: p99, label: `p99 of the ended: ${duration(p99)}`, stroke: colors.text }] : [],
  });
});

export const cohortsPlot = () => plot('What became of those that started', (timeline, colors) => {
  const step = timeline.step_seconds;
  const stacks = cohorts(timeline);
  const rects = stacks.flatMap(({ from, matched, expired, open }) => {
    const bar = (y0, y1, fill) => (y1 > y0 ? [{ x0: from, x1: from + step, y0, y1, fill }] : []);
    return [...bar(0, matched, colors.good), ...bar(matched, matched + open, colors.warn),
      ...bar(matched + open, matched + open + expired, colors.bad)];
  });
  return rectangles({
    x: timeRange(timeline), y: fromZero(Math.max(0, ...rects.map((rect) => rect.y1))),
    xAxis: timeAxis(colors), yAxis: countAxis(colors), rects,
  });
});
