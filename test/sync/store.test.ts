import { describe } from "vitest";
import { memoryStore } from "../../lib/sync/index.ts";
import { storeSuite } from "./store-suite.ts";

describe("memoryStore", () => {
  storeSuite((run) => run({ open: async () => memoryStore(), lasting: false }));
});
