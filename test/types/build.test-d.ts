import type { Plugin as RollupPlugin } from "rollup";
import type { Plugin as VitePlugin } from "vite";
import { expectTypeOf, test } from "vitest";
import { busbarRoutes } from "../../adapters/build/index.ts";

test("the plugin fits the bundlers it is for", () => {
  expectTypeOf(busbarRoutes({ module: "./routes.ts" })).toExtend<RollupPlugin>();
  expectTypeOf(busbarRoutes({ module: "./routes.ts" })).toExtend<VitePlugin>();
});

test("takes a profile as data or as a file, and conditions by name", () => {
  busbarRoutes({ module: "./routes.ts", profile: "./hot.json", conditions: { beta: false } });
  busbarRoutes({ module: "./routes.ts", profile: { "GET /users/:id": 12 } });
  // @ts-expect-error a condition holds or does not
  busbarRoutes({ module: "./routes.ts", conditions: { beta: "off" } });
});
