// SPDX-License-Identifier: Apache-2.0
// Keys are bytes: base64 in JSON, percent-encoded in addresses, and mostly text. Pure.

export function bytesOf(base64) {
  return Uint8Array.from(atob(base64 ?? ''), (character) => character.charCodeAt(0));
}

// The text of a key; of one that is none, its bytes in hexadecimal.
export function keyText(base64) {
  const bytes = bytesOf(base64);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!/[\u0000-\u001f\u007f]/.test(text)) return text;
  } catch {
    // No UTF-8.
  }
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

// As parameters and paths have it, whatever the bytes.
export function keyParameter(base64) {
  let encoded = '';
  for (const byte of bytesOf(base64)) {
    const character = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9._~-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }
  return encoded;
}

// What parameters and paths have, as text to show; stays encoded where it is no UTF-8.
export function decoded(parameter) {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}

export function labelText(labels) {
  return (labels ?? []).map(({ name, value }) => `${name}=${value}`).join(' ');
}
