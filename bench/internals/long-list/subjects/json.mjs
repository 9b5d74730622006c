// Values as JSON in bytes. Ways: ours, text (no bytes: what a reply is), encoder (TextEncoder), buffer (Buffer.from), into (encodeInto memory kept).
import { createJsonWriter } from "../tried/json-writer.mjs";
import { seeded, wayOf } from "./data.mjs";

const VARIANTS = 32;
const encoder = new TextEncoder();

export function setUp(caseName) {
  const random = seeded(11);
  const rows = caseName.includes("100 rows") ? 100 : 0;
  const make = caseName.includes("shapes") ? shapedRowOf : rowOf;
  const values = Array.from({ length: VARIANTS }, (_, i) =>
    rows > 0 ? Array.from({ length: rows }, () => make(random, i)) : make(random, i),
  );
  const write = { ours, text: () => JSON.stringify, encoder: byEncoder, buffer: byBuffer, into }[
    wayOf(import.meta.url)
  ]();
  const sizes = values.map((value) => Buffer.byteLength(write(value)));
  return {
    answer: () => values.map((value) => textOf(write(value))).join("\n"),
    bytes: sizes.reduce((sum, size) => sum + size, 0) / VARIANTS,
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += write(values[i & (VARIANTS - 1)]).length;
      return sum;
    },
  };
}

function rowOf(random) {
  const id = Math.floor(random() * 1e6);
  return {
    id,
    name: `customer number ${id}`,
    email: `${id.toString(36)}@example.com`,
    active: random() > 0.5,
    balance: Math.floor(random() * 1e6) / 100,
    note: random() > 0.8 ? 'said "call back"\n' : "nothing of note",
    tags: ["new", "wholesale"],
  };
}

function textOf(json) {
  return typeof json === "string" ? json : new TextDecoder().decode(json);
}

/** The same, under names of its own: an application answers with many shapes. */
function shapedRowOf(random, shape) {
  return Object.fromEntries(Object.entries(rowOf(random)).map(([key, value]) => [`${key}${shape}`, value]));
}

function ours() {
  return createJsonWriter(65_536).write;
}

function byEncoder() {
  return (value) => encoder.encode(JSON.stringify(value));
}

function byBuffer() {
  return (value) => Buffer.from(JSON.stringify(value));
}

function into() {
  let out = new Uint8Array(65_536);
  return (value) => {
    const text = JSON.stringify(value);
    if (out.length < text.length * 3) out = new Uint8Array(text.length * 3);
    return out.subarray(0, encoder.encodeInto(text, out).written);
  };
}
