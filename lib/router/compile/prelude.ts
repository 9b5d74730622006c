/**
 * What every generated module begins with: the helpers that its finders share, and the state of one search. `p` is the
 * path, `n` its length, `i` and `j` are places in it, `c` is a character.
 */
export const PRELUDE: string = `"use strict";
const { routes, prototype, empty, decode, mixed } = kit;
let percent = -1, escaped = false;
const S = [], E = [];
function end(p, i, n) {
  percent = -1;
  for (; i < n; i++) {
    const c = p.charCodeAt(i);
    if (c > 63) continue;
    if (c === 47 || c === 63 || c === 35) break;
    if (c === 37 && percent < 0) { percent = i; escaped = true; }
  }
  return i;
}
function isEnd(c) {
  return c === 63 || c === 35;
}
function rest(p, i, n) {
  let b = 47;
  for (; i < n; i++) {
    const c = p.charCodeAt(i);
    if (c === 63 || c === 35) break;
    if (c < 32 || c === 37 || c > 126 || c === 92 || (c === 46 && b === 47)) return -1;
    b = c;
  }
  return i;
}
function value(p, i, j) {
  const text = p.slice(i, j);
  return escaped && text.indexOf("%") >= 0 ? decode(text) : text;
}
function maybe(p, i, j, texts) {
  const head = p.slice(i, j);
  for (let k = 0; k < texts.length; k++) if (texts[k].startsWith(head)) return true;
  return false;
}
function lost(p, i, n, texts) {
  const j = end(p, i, n);
  return (j > i && p.charCodeAt(i) === 46) || (percent >= 0 && maybe(p, i, percent, texts));
}`;
