// SPDX-License-Identifier: Apache-2.0
// Elements without a framework.

// h('td.number', {title: 'x'}, 'text', child): attributes as they are called in HTML, `on…` as listeners, and what is
// null, undefined or false left out.
export function h(tag, ...rest) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  if (isAttributes(rest[0])) setAttributes(element, rest.shift());
  element.append(...rest.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function isAttributes(value) {
  return value !== null && typeof value === 'object' && !(value instanceof Node) && !Array.isArray(value);
}

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
}

// Replaces the children, unless they would be the same: focus and selection stay where they are.
export function fill(parent, ...children) {
  const fresh = h('div', ...children);
  if (fresh.innerHTML === parent.innerHTML) return;
  parent.replaceChildren(...fresh.childNodes);
}

// The children of `parent`, one for each of `items`, kept by their key, so that what has the focus keeps it.
// `row(item, element)` makes an element, or brings the one it made before up to date and returns it.
export function keyed(parent, items, keyOf, row) {
  const before = new Map(Array.from(parent.children, (child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const element = row(item, before.get(key));
    element.dataset.key = key;
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
    before.delete(key);
  }
  for (const element of before.values()) element.remove();
}

// Sets what is shown, and touches nothing that shows it already.
export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

// columns: [{title, hint, number, from, unseen}]: `from` the width from which it is shown, `unseen` a title only for
// those who listen. Rows go into `.body`.
export function table(caption, columns) {
  const body = h('tbody');
  const head = columns.map(({ title, hint, number, from, unseen }) =>
    h('th', { scope: 'col', title: hint, class: classes(number && 'number', from && `from-${from}`) },
      unseen ? h('span.unseen', title) : title));
  const element = h('div.scroll', { tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', h('caption.unseen', caption), h('thead', h('tr', head)), body));
  return { element, body };
}

export function classes(...names) {
  return names.filter(Boolean).join(' ') || null;
}
