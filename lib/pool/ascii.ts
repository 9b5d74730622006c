// One call with all units makes one string. Joining pieces of four makes up to seven, in two to three times the time (bench: internals, codec).
const make = String.fromCharCode;

/** Text of up to 16 bytes, which the caller knows to be there; undefined when some byte is not ASCII, or there are more. */
export function readAscii(bytes: Uint8Array, at: number, count: number): string | undefined {
  if (count === 0) return "";
  const a = bytes[at] as number; // cast, here and below: the caller checked
  let all = a;
  if (count === 1) return all > 127 ? undefined : make(a);
  const b = bytes[at + 1] as number;
  all |= b;
  if (count === 2) return all > 127 ? undefined : make(a, b);
  const c = bytes[at + 2] as number;
  all |= c;
  if (count === 3) return all > 127 ? undefined : make(a, b, c);
  const d = bytes[at + 3] as number;
  all |= d;
  if (count === 4) return all > 127 ? undefined : make(a, b, c, d);
  const e = bytes[at + 4] as number;
  all |= e;
  if (count === 5) return all > 127 ? undefined : make(a, b, c, d, e);
  const f = bytes[at + 5] as number;
  all |= f;
  if (count === 6) return all > 127 ? undefined : make(a, b, c, d, e, f);
  const g = bytes[at + 6] as number;
  all |= g;
  if (count === 7) return all > 127 ? undefined : make(a, b, c, d, e, f, g);
  const h = bytes[at + 7] as number;
  all |= h;
  if (count === 8) return all > 127 ? undefined : make(a, b, c, d, e, f, g, h);
  const i = bytes[at + 8] as number;
  all |= i;
  if (count === 9) return all > 127 ? undefined : make(a, b, c, d, e, f, g, h, i);
  const j = bytes[at + 9] as number;
  all |= j;
  if (count === 10) return all > 127 ? undefined : make(a, b, c, d, e, f, g, h, i, j);
  const k = bytes[at + 10] as number;
  all |= k;
  if (count === 11) return all > 127 ? undefined : make(a, b, c, d, e, f, g, h, i, j, k);
  const l = bytes[at + 11] as number;
  all |= l;
  if (count === 12) return all > 127 ? undefined : make(a, b, c, d, e, f, g, h, i, j, k, l);
  const m = bytes[at + 12] as number;
  all |= m;
  if (count === 13) return all > 127 ? undefined : make(a, b, c, d, e, f, g, h, i, j, k, l, m);
  const n = bytes[at + 13] as number;
  all |= n;
  if (count === 14) return all > 127 ? undefined : make(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
  const o = bytes[at + 14] as number;
  all |= o;
  if (count === 15) return all > 127 ? undefined : make(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
  const p = bytes[at + 15] as number;
  all |= p;
  if (count === 16) return all > 127 ? undefined : make(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  return undefined;
}
