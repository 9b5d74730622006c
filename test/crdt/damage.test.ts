import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createDoc, type Doc } from "../../lib/crdt/index.ts";
import { headerOf, resum, scene } from "./damage.ts";

// Twenty thousand each, always: they are cheap, as a document is rebuilt only after one that was taken in.
const RUNS = 20_000;

interface Trace {
  readonly txns: readonly { readonly patches: readonly [at: number, deleted: number, inserted: string][] }[];
}

/** A document that somebody has written: the first edits of a recorded session. */
function recorded(edits: number): Uint8Array {
  const file = new URL("../../examples/showcase/data/sveltecomponent.json.gz", import.meta.url);
  const trace = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Trace; // cast: the file's README gives its shape
  const doc = createDoc({ replicaId: 2 ** 52 + 1 });
  for (const { patches } of trace.txns.slice(0, edits)) {
    for (const [at, deleted, inserted] of patches) {
      doc.text("pad").delete(at, deleted);
      doc.text("pad").insert(at, inserted);
    }
  }
  return doc.encode();
}

/** The parts of a document whose lengths stand in it: the texts, the tables, six columns. */
function partsOf(bytes: Uint8Array): Uint8Array[] {
  let at = 9;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    at += length;
    return bytes.slice(at - length, at);
  };
  const parts = [take(varint())];
  const start = at;
  for (let replicas = Math.floor(varint() / 8); replicas > 0; replicas--) varint();
  parts.push(bytes.slice(start, at));
  while (at < bytes.length) parts.push(take(varint()));
  return parts;
}

/** A document of these parts, with lengths and checksums that fit. */
function whole(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = [0xc7, 0, 0, 0, 0, 0, 0, 0, 0];
  parts.forEach((part, i) => {
    if (i !== 1)
      for (let rest = part.length; ; rest >>>= 7) {
        bytes.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest < 128) break;
      }
    bytes.push(...part);
  });
  return resum(Uint8Array.from(bytes));
}

/** Refuses with a code of ours and stays as it was, or takes it in and encodes canonically. True when the document is another one now. */
function survives(doc: Doc, before: Uint8Array, bytes: Uint8Array): boolean {
  try {
    doc.apply(bytes);
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error && String(error.code).startsWith("CRDT_"), String(error));
    assert.ok(isSame(doc, before), "a throw changes nothing");
    return false;
  }
  const encoded = doc.encode();
  const copy = createDoc();
  copy.apply(encoded);
  assert.equal(Buffer.compare(copy.encode(), encoded), 0, "encodes canonically");
  return !isSame(doc, before);
}

function isSame(doc: Doc, before: Uint8Array): boolean {
  return Buffer.compare(doc.encode(), before) === 0 && doc.pending().updates === 0;
}

const change = fc.record({ at: fc.nat(1_000_000), to: fc.integer({ min: 1, max: 255 }) });
const changes = fc.array(change, { minLength: 1, maxLength: 2 });

function mutated(bytes: Uint8Array, from: number, list: readonly { at: number; to: number }[]): Uint8Array {
  const copy = bytes.slice();
  for (const { at, to } of list) {
    const place = from + (at % (copy.length - from));
    copy[place] = (copy[place] ?? 0) ^ to;
  }
  return copy;
}

describe("a real document", () => {
  const { updates } = scene();
  const everything = updates[updates.length - 1] ?? new Uint8Array();
  const written = recorded(3000);
  const empty = createDoc().encode();

  test("cut short anywhere is refused and changes nothing", () => {
    const doc = createDoc();
    for (const bytes of [everything, written])
      for (let end = 0; end < bytes.length; end++) assert.throws(() => doc.apply(bytes.subarray(0, end)), /CodedError/);
    assert.ok(isSame(doc, empty));
  });

  test("with one or two bytes changed is refused by its checksums and changes nothing", () => {
    const doc = createDoc();
    fc.assert(
      fc.property(fc.boolean(), changes, (isSmall, list) => {
        const bytes = isSmall ? everything : written;
        const damaged = mutated(bytes, 0, list);
        if (Buffer.compare(damaged, bytes) !== 0) assert.throws(() => doc.apply(damaged), /CodedError/);
      }),
      { numRuns: RUNS },
    );
    assert.ok(isSame(doc, empty));
  });

  test("with bytes changed and checksums made to fit is refused, or is another document that encodes canonically", () => {
    const seen = { refused: 0, taken: 0 };
    let doc = createDoc();
    fc.assert(
      fc.property(changes, (list) => {
        const isTaken = survives(doc, empty, resum(mutated(everything, headerOf(everything), list)));
        if (isTaken) doc = createDoc();
        seen[isTaken ? "taken" : "refused"]++;
      }),
      { numRuns: RUNS },
    );
    assert.ok(seen.refused > 1000 && seen.taken > 100, JSON.stringify(seen));
  });

  test("with bytes put in or left out, and lengths and checksums made to fit, is refused or encodes canonically", () => {
    const parts = partsOf(everything);
    assert.deepEqual(whole(parts), everything, "these tests know the layout");
    let doc = createDoc();
    let taken = 0;
    const edit = fc.record({
      part: fc.nat(parts.length - 1),
      at: fc.nat(10_000),
      cut: fc.nat(2),
      put: fc.uint8Array({ maxLength: 2 }),
    });
    fc.assert(
      fc.property(edit, ({ part, at, cut, put }) => {
        const old = parts[part] ?? new Uint8Array();
        const place = at % (old.length + 1);
        const fresh = Uint8Array.of(...old.subarray(0, place), ...put, ...old.subarray(place + cut));
        if (!survives(doc, empty, whole(parts.map((other, i) => (i === part ? fresh : other))))) return;
        taken++;
        doc = createDoc();
      }),
      { numRuns: RUNS / 4 },
    );
    assert.ok(taken > 20, `${taken} taken`);
  });

  test("that says of anything that there is a great deal of it is refused before memory is taken for it", () => {
    const parts = partsOf(everything);
    const doc = createDoc();
    const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    let most = 0;
    for (const great of [2 ** 20, 2 ** 31, 2 ** 47, 2 ** 52]) {
      const varint: number[] = [];
      for (let rest = great; ; rest = Math.floor(rest / 128)) {
        varint.push(rest > 127 ? (rest % 128) + 128 : rest);
        if (rest < 128) break;
      }
      parts.forEach((old, part) => {
        for (let at = 0; at <= old.length; at++) {
          const fresh = Uint8Array.of(...old.subarray(0, at), ...varint, ...old.subarray(at + 1));
          const bytes = whole(parts.map((other, i) => (i === part ? fresh : other)));
          if (survives(createDoc(), empty, bytes)) continue;
          assert.throws(() => doc.apply(bytes), /CodedError/);
          most = Math.max(most, process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
        }
      });
    }
    assert.ok(isSame(doc, empty));
    assert.ok(most - before < 512 * 1024 * 1024, `${most - before} bytes`); // a count that is believed takes gigabytes
  });
});

describe("a real update", () => {
  const { updates } = scene();

  test("with bytes changed and its checksum made to fit is refused, or leaves a document that encodes canonically", () => {
    const receivers = updates.map((_, i) => {
      const make = (): Doc => {
        const doc = createDoc({ replicaId: 5 });
        for (const bytes of updates.slice(0, i)) doc.apply(bytes);
        return doc;
      };
      const doc = make();
      return { make, doc, before: doc.encode() };
    });
    let taken = 0;
    fc.assert(
      fc.property(fc.nat(updates.length - 2), changes, (i, list) => {
        const bytes = updates[i] ?? new Uint8Array();
        const receiver = receivers[i];
        assert.ok(receiver !== undefined);
        if (!survives(receiver.doc, receiver.before, resum(mutated(bytes, headerOf(bytes), list)))) return;
        taken++;
        receiver.doc = receiver.make();
      }),
      { numRuns: RUNS },
    );
    assert.ok(taken > 100, `${taken} taken`);
  });
});
