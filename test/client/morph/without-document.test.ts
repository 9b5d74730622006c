// @vitest-environment node
import assert from "node:assert/strict";
import { test } from "vitest";

test("where there is no document, morph can be imported and does nothing", async () => {
  assert.equal("document" in globalThis, false);
  await import("../../../client/morph/index.ts");
  assert.equal("busbarConfig" in globalThis, false);
});
