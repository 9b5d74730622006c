import fc from "fast-check";

/** Every random test draws the same values in each run, so that a red run is about the change at hand. `FC_SEED=random` draws new ones, `FC_SEED=7` those of 7. */
const asked = process.env.FC_SEED ?? "20261122";
if (asked !== "random") {
  const seed = Number(asked);
  if (!Number.isSafeInteger(seed)) throw new Error(`FC_SEED is "${asked}": a whole number or "random"`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
