// SPDX-License-Identifier: Apache-2.0
// Where the page is, as the part of the address behind `#`: a path and parameters. Parsing is pure.

// `#/flow/push?window=1h` → {path: ['flow', 'push'], parameters: {window: '1h'}}. The path stays encoded.
export function parse(hash) {
  const [path, query = ''] = hash.replace(/^#?\/?/, '').split('?');
  return {
    path: path.split('/').filter((part) => part !== ''),
    parameters: Object.fromEntries(new URLSearchParams(query)),
  };
}

// Parts of the path are encoded already; parameters that are empty are left out.
export function link(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given).toString();
  return `#/${path.join('/')}${query && `?${query}`}`;
}

export const flowLink = (flow, parameters) => link(['flow', encodeURIComponent(flow)], parameters);
export const keyLink = (flow, key) => link(['key', encodeURIComponent(flow), key]);

// Calls `show` with the route now and whenever it changes.
export function follow(show) {
  const tell = () => {
    // The skip link's address is none of ours.
    if (location.hash === '#content') return;
    show(parse(location.hash));
  };
  addEventListener('hashchange', tell);
  tell();
}
