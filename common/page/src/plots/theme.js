// SPDX-License-Identifier: Apache-2.0
// Colours for what is drawn, from the style sheet; they change with the reader's scheme.

export function colors() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of('muted'), grid: of('grid'), accent: of('accent'),
    p50: of('p50'), p90: of('p90'), p99: of('p99'),
    good: of('plot-good'), warn: of('plot-warn'), bad: of('plot-bad'), heat: of('heat'),
  };
}

export function onSchemeChange(redraw) {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', redraw);
  return () => query.removeEventListener('change', redraw);
}
