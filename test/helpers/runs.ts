/**
 * How many runs a random test makes (and how often, at least, it meets what it is about): a third of `count`, or all of them with `BUSBAR_RUNS=long` in the environment.
 * Each time starts from a new seed, which a failure prints.
 */
export function runs(count: number): number {
  return process.env["BUSBAR_RUNS"] === "long" ? count : Math.ceil(count / 3);
}
