// @vitest-environment node
import assert from "node:assert/strict";
import { test } from "vitest";

test("where there is no document, the client can be imported and does nothing", async () => {
  assert.equal("document" in globalThis, false);
  const { config, process } = await import("../../client/core/index.ts");
  config({ scripts: false });
  // cast: on a server there is no element to give
  process({} as Element);
  assert.equal("busbarConfig" in globalThis, false);
});

test.each(["plus", "page"])("where there is no document, %s can be imported and does nothing", async (name) => {
  await import(`../../client/${name}/index.ts`);
  assert.equal("busbarConfig" in globalThis, false);
});
