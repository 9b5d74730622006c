// The data app: callbacks, bytes and time for one move of the slider.
import { ask, startWorker } from "../../session.mjs";

const WORKER = new URL("./worker.mjs", import.meta.url);

export const INCREMENTAL = "incremental";
export const WHOLE = "everything anew, whole page sent";

export async function measurePage(area, rounds) {
  const child = await startWorker(area, "busbar", [], WORKER);
  try {
    const ways = await ask({ name: "the data app", child }, { rounds });
    console.error(`data app: ${ways.length} ways give the same page`);
    return ways;
  } finally {
    child.kill();
  }
}
