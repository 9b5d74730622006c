/** What callers without types pass, as a limit from an environment variable: refused before anything begins. */
import { CodedError } from "../errors/index.ts";

/**
 * Refuses what is not right, as the libraries do: for adapters, stores and bindings.
 * @throws CodedError `SYNC_BAD_OPTION`, which names the option.
 * @public
 */
export function demandOption(isRight: boolean, name: string): void {
  if (!isRight) throw new CodedError("SYNC_BAD_OPTION", `Not what the option takes: ${name}`);
}

/** Those that are given, as numbers: what is none would limit nothing. One that is undefined is not given. */
export function numbersOf<T extends object>(options: T): Partial<T> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) demandOption(typeof value === "number" && value >= 0, name);
  return Object.fromEntries(given) as Partial<T>; // cast: some of its own
}
