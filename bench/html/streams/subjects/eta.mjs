import { Buffer } from "node:buffer";
import { Eta } from "eta";
import { TEMPLATES } from "../../subjects/eta.mjs";

const engine = new Eta({ autoEscape: true, autoTrim: false });
const template = engine.compile(
  TEMPLATES["20 KiB"].replace("const one of it.results) {", "const each of it.results) { const one = await each;"),
  { async: true },
);

export const eta = { waiting: async (data, sink) => sink(Buffer.from(await engine.renderAsync(template, data))) };
