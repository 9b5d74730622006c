// Are two names the same but for ASCII case? Ways: lower (toLowerCase of what came, against a known name), loop (unit by unit, by a bit).
import { wayOf } from "../subjects/data.mjs";

const NAMES = ["content-type", "accept-encoding", "if-none-match", "x-request-id", "cookie", "sec-fetch-site"];
const CAME = Array.from({ length: 64 }, (_, i) => {
  const name = NAMES[(i * 5) % NAMES.length];
  return Buffer.from(i % 3 === 0 ? name.replace(/(^|-)[a-z]/g, (first) => first.toUpperCase()) : name).toString(
    "latin1",
  );
});

const ways = {
  lower: (came, name) => came.toLowerCase() === name,
  loop(came, name) {
    const { length } = came;
    if (length !== name.length) return false;
    for (let i = 0; i < length; i++) {
      const a = came.charCodeAt(i);
      const b = name.charCodeAt(i);
      if (a === b) continue;
      const lower = a | 32;
      if (lower !== (b | 32) || lower < 97 || lower > 122 || a > 127 || b > 127) return false;
    }
    return true;
  },
};

export function setUp() {
  const isSame = ways[wayOf(import.meta.url)];
  return {
    answer: () => CAME.flatMap((came) => NAMES.map((name) => Number(isSame(came, name)))).join(""),
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) if (isSame(CAME[i & 63], NAMES[i % 6])) sum++;
      return sum;
    },
  };
}
