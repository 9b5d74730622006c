/** What a command takes besides its module. */
export interface CommandSpec {
  /** Options that take a value, and what to call it. */
  readonly options: Readonly<Record<string, string>>;
  /** Options that take none. */
  readonly flags?: readonly string[];
  /** What to say when its module is missing. */
  readonly needs?: string;
}

/** A command line taken apart. */
export interface Words {
  readonly module: string;
  /** The last value of each option. */
  readonly values: ReadonlyMap<string, string>;
  /** Every value of each option, for those that may repeat. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Options without a value that were given. */
  readonly flags: ReadonlySet<string>;
}

/** A mistake in the command line: without a code, since nobody matches on it. */
export class UsageError extends Error {}

/** Reads `<module>` and options, `--name value` or `--name=value`, in any order. @throws UsageError */
export function readWords(words: readonly string[], spec: CommandSpec): Words {
  const lists = new Map<string, string[]>();
  const plain: string[] = [];
  const flags = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (!word.startsWith("-")) {
      plain.push(word);
      continue;
    }
    if (spec.flags?.includes(word)) {
      flags.add(word);
      continue;
    }
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    const kind = new Map(Object.entries(spec.options)).get(name);
    if (kind === undefined) throw new UsageError(`unknown option "${name}"`);
    const value = equals < 0 ? words[++i] : word.slice(equals + 1);
    if (value === undefined || value === "") throw new UsageError(`${name} needs ${kind}`);
    lists.set(name, [...(lists.get(name) ?? []), value]);
  }
  const [module, extra] = plain;
  if (module === undefined) throw new UsageError(spec.needs ?? "routes needs a module: busbar routes <module>");
  if (extra !== undefined) throw new UsageError(`unexpected "${extra}"`);
  const values = new Map([...lists].map(([name, list]) => [name, list[list.length - 1] as string])); // cast: lists start with one
  return { module, values, lists, flags };
}
