/** What strangers damage: updates and a document that hold everything there is, and bytes whose checksums are made to fit. */
import { createDoc, type Doc } from "../../lib/crdt/index.ts";

/** Form and checksums. */
export const headerOf = (bytes: Uint8Array): number => (bytes[0] === 0xc7 ? 9 : 5);

/** Three people with everything an update can hold: both roots, pairs, concurrent siblings, deletions across replicas, gaps, odd names. */
export function scene(): { docs: Doc[]; updates: Uint8Array[] } {
  const docs = [11, 900_719_925_474_099, 22].map((replicaId) => createDoc({ replicaId }));
  const updates: Uint8Array[] = [];
  for (const doc of docs) {
    doc.onUpdate((bytes, origin) => {
      if (origin !== "sync") updates.push(bytes);
    });
  }
  const [a, b, c] = docs as [Doc, Doc, Doc]; // cast: three were made
  const sync = (): void => {
    for (const to of docs) for (const from of docs) to.apply(from.encode({ since: to.version() }), "sync");
  };
  a.text("body").insert(0, "hello 😀 world");
  sync();
  a.text("body").insert(5, "A1");
  b.text("body").insert(5, "B1😀");
  c.text("body").insert(5, "C1");
  sync();
  a.text("body").delete(3, 6);
  b.text("body").insert(6, "mid");
  c.text("body").delete(2, 3);
  c.map("meta").set("__proto__", [1, "two", { three: null }]);
  b.map("meta").set("title", "draft");
  sync();
  a.map("meta").set("title", "final");
  c.map("meta").delete("__proto__");
  a.transact(() => {
    a.text("body").insert(0, "x😀y");
    a.text("body").delete(1, 2);
    a.text("notes").insert(0, "é");
  });
  sync();
  for (const doc of docs) {
    doc.list("todo").insert(0, doc.replicaId, { done: false }, "x");
    doc.counter("votes").add(0.5);
    doc.set("tags").add("new");
  }
  sync();
  a.list("todo").delete(1, 4);
  b.set("tags").delete("new");
  c.set("tags").add("new");
  a.counter("votes").add(-2);
  sync();
  b.text("body").delete(0, b.text("body").length);
  b.text("body").insert(0, "end");
  sync();
  return { docs, updates: [...updates, a.encode()] };
}

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** Makes the checksums fit; a document has one for its texts and one for the rest. */
export function resum(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const header = headerOf(copy);
  if (copy.length < header) return copy;
  if (header === 5) view.setUint32(1, crc32(copy.subarray(5)), true);
  else {
    let [length, at] = [0, 9];
    for (let scale = 1; at < copy.length; scale *= 128) {
      const byte = copy[at++] ?? 0;
      length += (byte & 127) * scale;
      if (byte < 128) break;
    }
    view.setUint32(1, crc32(copy.subarray(at, at + length)), true);
    view.setUint32(5, crc32(copy.subarray(at + length)), true);
  }
  return copy;
}
