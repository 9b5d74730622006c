// The response fast path: what single writes, cached bytes, prepared heads, corking, pooled buffers and serializers gain.
import { CASES } from "./cases.mjs";
import { JSON_CASE, RENDERED_CASE } from "./names.mjs";
import { variantsOf } from "./servers/fast-path.mjs";
import { measureServers } from "./session.mjs";

const FAST_PATH_CASES = ["hello text", "20 KiB page, kept", RENDERED_CASE, JSON_CASE];

/** Measures each variant of each case. */
export async function measureFastPath(options) {
  const measured = [];
  for (const name of FAST_PATH_CASES) {
    const variants = variantsOf(name);
    const subjects = Object.fromEntries(variants.map((one) => [one.name, { file: "fast-path.mjs", make: one.name }]));
    const names = variants.map((one) => one.name);
    const area = { name: "http", subjects };
    const one = { name, ...CASES[name]() };
    const results = await measureServers(area, one, { ...options, names });
    measured.push({ name, subjects: results, variants });
  }
  return measured;
}
