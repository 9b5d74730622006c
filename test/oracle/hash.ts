const MASK = (1n << 64n) - 1n;
const P = [0n, 0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n];
const [, P1, P2, P3, P4, P5] = P as [bigint, bigint, bigint, bigint, bigint, bigint]; // cast: six numbers stand above

/** XXH64 as its specification has it, in integers of any size. */
export function xxh64Oracle(bytes: Uint8Array, seed = 0n): bigint {
  const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & MASK;
  const round = (lane: bigint, input: bigint): bigint => (rotate((lane + input * P2) & MASK, 31n) * P1) & MASK;
  const read = (at: number, count: number): bigint => {
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
    return value;
  };
  let at = 0;
  let hash = (seed + P5) & MASK;
  if (bytes.length >= 32) {
    const lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map((lane) => BigInt.asUintN(64, lane));
    for (; at + 32 <= bytes.length; at += 32)
      for (const [i, lane] of lanes.entries()) lanes[i] = round(lane, read(at + i * 8, 8));
    hash = lanes.reduce((sum, lane, i) => sum + rotate(lane, [1n, 7n, 12n, 18n][i] ?? 0n), 0n) & MASK;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * P1 + P4) & MASK;
  }
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) hash = (rotate(hash ^ round(0n, read(at, 8)), 27n) * P1 + P4) & MASK;
  if (at + 4 <= bytes.length) {
    hash = (rotate(hash ^ ((read(at, 4) * P1) & MASK), 23n) * P2 + P3) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at++) hash = (rotate(hash ^ ((read(at, 1) * P5) & MASK), 11n) * P1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}

/** HalfSipHash with 32 bits of output, with any numbers of rounds. */
export function halfSipHashOracle(bytes: Uint8Array, key: readonly [number, number], rounds: [number, number]): number {
  const state = new Uint32Array([key[0], key[1], 0x6c796765 ^ key[0], 0x74656462 ^ key[1]]);
  const at = (i: number): number => state[i] ?? 0;
  const addTo = (i: number, j: number): void => {
    state[i] = at(i) + at(j);
  };
  const turn = (i: number, by: number): void => {
    state[i] = (at(i) << by) | (at(i) >>> (32 - by));
  };
  const xor = (i: number, value: number): void => {
    state[i] = at(i) ^ value;
  };
  // Add the second to the first, turn the second, xor the first into it; then turn the first where 16 stands.
  const steps = [
    [0, 1, 5, 16],
    [2, 3, 8, 0],
    [0, 3, 7, 0],
    [2, 1, 13, 16],
  ] as const;
  const round = (): void => {
    for (const [to, from, by, last] of steps) {
      addTo(to, from);
      turn(from, by);
      xor(from, at(to));
      if (last > 0) turn(to, last);
    }
  };
  const padded = [...bytes];
  while (padded.length % 4 !== 3) padded.push(0);
  padded.push(bytes.length & 255);
  for (let i = 0; i < padded.length; i += 4) {
    const word = new DataView(Uint8Array.from(padded.slice(i, i + 4)).buffer).getUint32(0, true);
    xor(3, word);
    for (let r = 0; r < rounds[0]; r++) round();
    xor(0, word);
  }
  xor(2, 0xff);
  for (let r = 0; r < rounds[1]; r++) round();
  return (at(1) ^ at(3)) >>> 0;
}
