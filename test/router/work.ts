/** How many characters a method of a string looks at, given its answer. */
type Cost = (text: string, given: readonly unknown[], answer: unknown) => number;

const one: Cost = () => 1;
const whole: Cost = (text) => text.length + 1;
const answered: Cost = (_text, _given, answer) => String(answer).length + 1;
// A search that fails reads on to the end.
const searched: Cost = (text, [needle, from], answer) =>
  (Number(answer) < 0 ? text.length : Number(answer)) -
  Math.min(Number(from ?? 0), text.length) +
  String(needle).length;

const COSTS: Readonly<Record<string, Cost>> = {
  charCodeAt: one,
  codePointAt: one,
  charAt: one,
  at: one,
  indexOf: searched,
  includes: whole,
  startsWith: (_text, [needle]) => String(needle).length + 1,
  endsWith: (_text, [needle]) => String(needle).length + 1,
  slice: answered,
  substring: answered,
  split: whole,
  replace: whole,
  toLowerCase: whole,
  normalize: whole,
};

/**
 * Counts the characters that string methods look at while something runs: a measure of its work that is the same on
 * every machine. The methods of `String.prototype` and `RegExp.prototype.test` are replaced meanwhile.
 */
export function charactersRead(run: () => unknown): number {
  let read = 0;
  const undo: (() => void)[] = [];
  function replace(
    owner: object,
    name: string,
    cost: (self: unknown, given: unknown[], answer: unknown) => number,
  ): void {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (before === undefined) throw new Error(`there is no ${name}`);
    const counted = function (this: unknown, ...given: unknown[]): unknown {
      const answer: unknown = Reflect.apply(before.value, this, given);
      read += cost(this, given, answer);
      return answer;
    };
    Object.defineProperty(owner, name, { ...before, value: counted });
    undo.push(() => Object.defineProperty(owner, name, before));
  }
  for (const [name, cost] of Object.entries(COSTS)) {
    replace(String.prototype, name, (self, given, answer) => cost(String(self), given, answer));
  }
  replace(RegExp.prototype, "test", (_self, [text]) => String(text).length);
  try {
    run();
  } finally {
    for (const back of undo) back();
  }
  return read;
}
