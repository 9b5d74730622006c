// 64 places of 16 to 79 bytes, each given a first byte, then all forgotten; an operation is one place. Ways: ours (bump), closures, unsafe, array.
import { BumpArena, createBumpArena } from "../tried/bump-arena.mjs";
import { wayOf } from "./data.mjs";

const TOGETHER = 64;

export function setUp() {
  const { take, end } = { ours: () => bump(new BumpArena()), closures: () => bump(createBumpArena()), unsafe, array }[
    wayOf(import.meta.url)
  ]();
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += take(16 + ((i * 37) & 63), i & 255);
      if ((i & (TOGETHER - 1)) === TOGETHER - 1) end();
    }
    return sum;
  };
  return { answer: () => String(run(2000)), run };
}

function bump(arena) {
  return {
    take(size, first) {
      const at = arena.allocate(size);
      arena.bytes[at] = first;
      return arena.bytes[at];
    },
    end: () => arena.reset(),
  };
}

function unsafe() {
  return {
    take(size, first) {
      const bytes = Buffer.allocUnsafe(size);
      bytes[0] = first;
      return bytes[0];
    },
    end() {},
  };
}

function array() {
  return {
    take(size, first) {
      const bytes = new Uint8Array(size);
      bytes[0] = first;
      return bytes[0];
    },
    end() {},
  };
}
