import fc from "fast-check";
import { describe, test } from "vitest";
import { runs } from "../helpers/runs.ts";
import { anyCommand, World } from "./world.ts";

describe("replicas", () => {
  test("agree with the oracle, byte for byte with each other and with their events, whatever order updates arrive in", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 5 }), fc.array(anyCommand, { maxLength: 60 }), (count, commands) => {
        const world = new World(count);
        for (const command of commands) world.run(command);
        world.check();
        world.settle();
        world.check();
        world.checkEqual();
      }),
      { numRuns: runs(400) },
    );
  });

  test("agree after long histories too", () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { minLength: 400, maxLength: 600 }), (commands) => {
        const world = new World(4);
        for (const command of commands) world.run(command);
        world.settle();
        world.check();
        world.checkEqual();
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
