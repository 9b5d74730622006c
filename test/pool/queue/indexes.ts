import { HEAD, laneBase, TAIL } from "../../../lib/pool/queue/layout.ts";

/** Indexes start where the test says: they wrap at 2^32 only after hours otherwise. */
export function startAt(buffer: SharedArrayBuffer, lanes: number, index: number): void {
  const words = new Int32Array(buffer);
  for (let lane = 0; lane < lanes; lane++) {
    words[laneBase(lane) + TAIL] = index;
    words[laneBase(lane) + HEAD] = index;
  }
}
