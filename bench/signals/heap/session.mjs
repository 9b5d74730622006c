// What nodes weigh: bytes of heap for each, closures included, and what stays of computeds that were read once and dropped.
import { ask, startWorker } from "../../session.mjs";

// no machine code: what remains is the nodes, and the same in every run
const QUIET = ["--no-opt", "--no-sparkplug", "--no-flush-bytecode"];
const WORKER = new URL("./worker.mjs", import.meta.url);

export const KINDS = ["signal", "computed", "effect", "dropped"];

/** For each subject its bytes per kind. */
export async function measureHeap(area, names) {
  const results = names.map((name) => ({ name, bytes: {} }));
  const queue = results.flatMap((result) => KINDS.map((kind) => ({ result, kind })));
  const work = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const { result, kind } = one;
      const child = await startWorker(area, result.name, QUIET, WORKER);
      const { bytes } = await ask({ name: result.name, child }, { kind });
      child.kill();
      result.bytes[kind] = bytes;
    }
  };
  await Promise.all([work(), work()]); // bytes do not change when something else runs
  console.error(`memory: ${results.length} subjects weighed`);
  return results;
}
