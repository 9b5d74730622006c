const TERM = /^\s*(!?)\s*([^\W\d][\w.]*)\s*(?:([!=])==?\s*(?:(['"])(.*)\4|([-\d.]+|true|false|null))\s*)?$/s;

/**
 * What a filter says about an event: terms such as `ctrlKey`, `!ctrlKey`, `key=='Enter'`, `detail.id!=7`, joined by `&&` and `||`. Nothing is
 * called and nothing of the page can be named; properties are read, and compared as text. All terms are read each time, so one run finds
 * every mistake.
 * @throws TypeError for anything else.
 */
export const holds = (filter: string, event: unknown): string | undefined =>
  filter.split("||").filter(
    (all) =>
      !all.split("&&").filter((term) => {
        // casts: null is the error, the path is always there; any value but nothing has properties
        const [, not, path, operator, , text, word] = TERM.exec(term) as unknown as [string, ...(string | undefined)[]];
        const value = (path as string)
          .split(".")
          .reduce((object, key) => (object as Record<string, unknown> | undefined)?.[key], event);
        return !(operator ? `${value}` === (text ?? word) : value) === !(not || operator === "!");
      })[0],
  )[0];
