/**
 * Engines forget the shape of objects when a full collection finds none of them, and with it all code that was compiled for it: whoever opens documents
 * now and then would run slow code each time. So a few small documents are kept, and what their bytes were read into. Browsers leave this out: what a page
 * has open keeps its shapes.
 *
 * Bench: `crdt`, "B4, load to first edit", six times as fast.
 */

import { Reader } from "./encoding/bytes.ts";
import { decodeUpdate } from "./encoding/decode.ts";
import type { Editor } from "./model.ts";
import { Arrangement } from "./sequence/arrange.ts";
import type { Doc } from "./types.ts";
import { Stage } from "./update/stage.ts";

const kept: unknown[] = [];

/** Numbers this large have another shape than small ones, and most replicas have such. */
const REPLICA = 2 ** 52;

/** Does so once; takes a millisecond. */
export function keepShapes(make: (replicaId: number) => Doc & Editor): void {
  if (kept.length > 0) return;
  const written = make(REPLICA);
  const loaded = make(REPLICA + 1);
  const told = make(REPLICA + 2);
  kept.push(written, loaded, told);
  const updates: Uint8Array[] = [];
  written.onUpdate((bytes) => updates.push(bytes));
  written.text("").insert(0, "abc");
  written.text("").insert(1, "de");
  written.text("").delete(2, 1);
  written.list("").insert(0, 1, 2);
  written.map("").set("", 1);
  written.counter("").add(1);
  written.set("").add(1);
  const document = written.encode();
  loaded.apply(document);
  kept.push(decodeUpdate(document, loaded.limits));
  for (const bytes of updates) {
    told.apply(bytes);
    const read = decodeUpdate(bytes, told.limits);
    kept.push(read, new Stage(told.model, read, told.limits));
  }
  kept.push(new Arrangement(), new Reader(new Uint8Array(1)));
}
