import assert from "node:assert/strict";
import { describe, test } from "vitest";
import {
  authorize,
  type Cursor,
  carryOver,
  compactDoc,
  compareVersions,
  createDoc,
  createHistory,
  createSubdocs,
  createUndo,
  type Doc,
  decodeCursor,
  decodeVersion,
  deflate,
  diffDocs,
  docLike,
  encodeCursor,
  encodeVersion,
  epochOf,
  forkDoc,
  inflate,
  inspectUpdate,
  isCrdtNode,
  marks,
  mergeUpdates,
  mergeVersions,
  moves,
  multiMap,
  observeDoc,
  observeSubdocs,
  openTyped,
  type RichText,
  readTexts,
  reapplyUpdates,
  renewDoc,
  subdocIdOf,
  subdocIds,
  subdocRef,
  tree,
  updateRanges,
  versionCovers,
} from "../../lib/crdt/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { nodesOf } from "./edits.ts";

/** What the getters of a hostile value throw: that is the caller's own error, and may pass. */
class Own extends Error {}

const hostile = (): never => {
  throw new Own("from a getter");
};

const WRONG: readonly (readonly [string, () => unknown])[] = [
  ["undefined", () => undefined],
  ["null", () => null],
  ["a record", () => ({})],
  ["a list", () => []],
  ["a list of a list", () => [[]]],
  ["a list of null", () => [null]],
  ["a list with holes", () => new Array(3)],
  ["zero", () => 0],
  ["minus one", () => -1],
  ["NaN", () => Number.NaN],
  ["a half", () => 0.5],
  ["1e300", () => 1e300],
  ["2^53", () => 2 ** 53],
  ["Infinity", () => Number.POSITIVE_INFINITY],
  ["an empty text", () => ""],
  ["a text", () => "x"],
  ["half a pair", () => "\ud800"],
  ["a long text", () => "x".repeat(5000)],
  ["the name of a type", () => "text"],
  ["__proto__", () => "__proto__"],
  ["constructor", () => "constructor"],
  ["true", () => true],
  ["a big integer", () => 1n],
  ["a symbol", () => Symbol("s")],
  ["a function", () => () => 1],
  ["a date", () => new Date(0)],
  ["an empty map", () => new Map()],
  ["a map of texts", () => new Map([["a", "b"]])],
  ["a map of NaN", () => new Map([[1, Number.NaN]])],
  ["a map of halves", () => new Map([[1, 2.5]])],
  ["a map of less than nothing", () => new Map([[1, -5]])],
  ["a set", () => new Set([1])],
  ["no bytes", () => new Uint8Array()],
  ["bytes", () => Uint8Array.of(1, 2, 3)],
  ["a list of bytes", () => [Uint8Array.of(1)]],
  ["units of two bytes", () => Uint16Array.of(1, 2)],
  ["a buffer", () => new ArrayBuffer(4)],
  ["a record without a prototype", () => Object.create(null) as unknown],
  ["a record with __proto__", () => JSON.parse('{"__proto__":{"x":1}}') as unknown],
  ["what looks like a list", () => ({ length: 1e9 })],
  ["a text as an object", () => new String("a")],
  [
    "a circle",
    () =>
      Object.assign([], {
        0: undefined,
        get 1() {
          return this;
        },
      }),
  ],
  ["what has no text", () => ({ toString: hostile, valueOf: hostile })],
  ["what cannot be gone through", () => ({ length: 1, [Symbol.iterator]: hostile })],
  [
    "what throws when looked at",
    () => new Proxy({}, { get: hostile, has: hostile, ownKeys: hostile, getPrototypeOf: hostile }),
  ],
  ["a document", () => createDoc({ replicaId: 3 })],
  ["a text of another document", () => createDoc({ replicaId: 4 }).text("t")],
];

const features = () => [marks({ link: "none" }), moves(), tree(), multiMap()] as const;

function filled() {
  const doc = createDoc({ replicaId: 1, features: features() });
  doc.text("t").insert(0, "hello 😀 world");
  doc.text("t").mark({ start: 0, end: 3 }, { bold: true });
  doc.map("m").set("a", 1);
  doc.map("m").child("text", "c").insert(0, "x");
  doc.list("l").insert(0, 1, 2, "x");
  doc.list("l").insertChild(0, "map").set("q", 1);
  doc.counter("c").add(3);
  doc.set("s").add("v");
  doc.tree("r").add(doc.tree("r").add());
  doc.multiMap("k").set("k", 1);
  return doc;
}
type Filled = ReturnType<typeof filled>;

/** As a caller without types has it: it may be given as anything. */
type Untyped = never;
type Call = (doc: Filled, wrong: Untyped) => unknown;

const random = (count: number) => new Uint8Array(count).fill(7);
const first = (doc: Filled): string => nodesOf(doc.tree("r"))[0] as string; // cast: it has two
const unit = (replica: number, counter: number) => ({ text: "t", side: "left" as const, unit: { replica, counter } });
const within = (path: Cursor["within"] & object) => ({ text: "t", side: "left" as const, unit: null, within: path });

type Calls = Readonly<Record<string, Call>>;
type Function = (...input: never[]) => unknown;

/** The same calls of several functions. */
function each(functions: Readonly<Record<string, Function>>, callsOf: (call: Function) => Calls): Calls {
  const all = Object.entries(functions).flatMap(([name, call]) =>
    Object.entries(callsOf(call)).map(([what, tried]) => [`${name} ${what}`, tried] as const),
  );
  return Object.fromEntries(all);
}
const only = (call: Function): Calls => ({ "": (_, wrong) => call(wrong) });

const CALLS: Calls = {
  "doc text": (doc, name) => doc.text(name),
  "doc map": (doc, name) => doc.map(name),
  "doc list": (doc, name) => doc.list(name),
  "doc counter": (doc, name) => doc.counter(name),
  "doc set": (doc, name) => doc.set(name),
  "doc tree": (doc, name) => doc.tree(name),
  "doc multiMap": (doc, name) => doc.multiMap(name),
  "doc encode": (doc, options) => doc.encode(options),
  "doc apply": (doc, bytes) => doc.apply(bytes),
  "doc transact": (doc, run) => doc.transact(run),
  "doc onUpdate": (doc, listener) => doc.onUpdate(listener),
  "doc resolve": (doc, cursor) => doc.resolve(cursor),
  "encode since": (doc, since) => doc.encode({ since }),
  "transact with options": (doc, options) => doc.transact(() => 1, options),
  "cursor in": (doc, text) => doc.cursor(text, 0),
  "cursor at": (doc, index) => doc.cursor(doc.text("t"), index),
  "resolve text": (doc, text) => doc.resolve({ text, side: "left", unit: null }),
  "resolve side": (doc, side) => doc.resolve({ text: "t", side, unit: null }),
  "resolve unit": (doc, of) => doc.resolve({ text: "t", side: "left", unit: of }),
  "resolve replica": (doc, replica) => doc.resolve(unit(replica, 0)),
  "resolve counter": (doc, counter) => doc.resolve(unit(1, counter)),
  "resolve within": (doc, path) => doc.resolve(within(path)),
  "resolve within a type": (doc, type) => doc.resolve(within([{ type, name: "a" }])),
  "resolve within a name": (doc, name) => doc.resolve(within([{ type: 2, name }])),
  encodeCursor: (_, cursor) => encodeCursor(cursor),
  "encodeCursor text": (_, text) => encodeCursor({ text, side: "left", unit: null }),
  "encodeCursor replica": (_, replica) => encodeCursor(unit(replica, 0)),
  "encodeCursor counter": (_, counter) => encodeCursor(unit(1, counter)),
  "encodeCursor within": (_, path) => encodeCursor(within(path)),
  decodeCursor: (_, bytes) => decodeCursor(bytes),
  "text insert at": (doc, index) => doc.text("t").insert(index, "a"),
  "text insert": (doc, content) => doc.text("t").insert(3, content),
  "text insert into a new one": (doc, content) => doc.map("m").child("text", "new").insert(0, content),
  "text insert, without marks": (_, content) => createDoc({ replicaId: 1 }).text("t").insert(0, content),
  "text delete from": (doc, index) => doc.text("t").delete(index, 1),
  "text delete": (doc, count) => doc.text("t").delete(0, count),
  "text mark": (doc, range) => doc.text("t").mark(range, { b: 1 }),
  "text mark from": (doc, start) => doc.text("t").mark({ start, end: 1 }, { b: 1 }),
  "text mark to": (doc, end) => doc.text("t").mark({ start: 0, end }, { b: 1 }),
  "text mark with": (doc, values) => doc.text("t").mark({ start: 0, end: 1 }, values),
  "text mark with a value": (doc, value) => doc.text("t").mark({ start: 0, end: 1 }, { b: value }),
  "text insertEmbed at": (doc, index) => (doc.map("m").child("text", "new") as RichText).insertEmbed(index, "a"),
  "text insertEmbed": (doc, value) => doc.text("t").insertEmbed(0, value),
  "text observe": (doc, listener) => doc.text("t").observe(listener),
  "text observeDelta": (doc, listener) => doc.text("t").observeDelta(listener),
  "map observe": (doc, listener) => doc.map("m").observe(listener),
  "map get": (doc, key) => doc.map("m").get(key),
  "map has": (doc, key) => doc.map("m").has(key),
  "map delete": (doc, key) => doc.map("m").delete(key),
  "map set at": (doc, key) => doc.map("m").set(key, 1),
  "map set": (doc, value) => doc.map("m").set("k", value),
  "map set in a new one": (doc, value) => doc.map("m").child("map", "new").set("k", value),
  "map child of": (doc, type) => doc.map("m").child(type, "k"),
  "map child": (doc, key) => doc.map("m").child("text", key).insert(0, "a"),
  "list observe": (doc, listener) => doc.list("l").observe(listener),
  "list get": (doc, index) => doc.list("l").get(index),
  "list insert at": (doc, index) => doc.list("l").insert(index, 1),
  "list insert": (doc, value) => doc.list("l").insert(0, 1, value),
  "list insert into a new one": (doc, value) => doc.map("m").child("list", "new").insert(0, value),
  "list insertChild at": (doc, index) => doc.map("m").child("list", "new").insertChild(index, "text"),
  "list insertChild": (doc, type) => doc.list("l").insertChild(0, type),
  "list delete from": (doc, index) => doc.list("l").delete(index, 1),
  "list delete": (doc, count) => doc.list("l").delete(0, count),
  "list move from": (doc, from) => doc.list("l").move(from, 0),
  "list move to": (doc, to) => doc.list("l").move(0, to),
  "counter observe": (doc, listener) => doc.counter("c").observe(listener),
  "counter add": (doc, amount) => doc.map("m").child("counter", "new").add(amount),
  "set observe": (doc, listener) => doc.set("s").observe(listener),
  "set has": (doc, value) => doc.set("s").has(value),
  "set add": (doc, value) => doc.map("m").child("set", "new").add(value),
  "set delete": (doc, value) => doc.set("s").delete(value),
  "tree observe": (doc, listener) => doc.tree("r").observe(listener),
  "tree add": (doc, parent) => doc.tree("r").add(parent),
  "tree add at": (doc, index) => doc.tree("r").add(null, index),
  "tree move": (doc, node) => doc.tree("r").move(node, null),
  "tree move to": (doc, parent) => doc.tree("r").move(first(doc), parent),
  "tree move at": (doc, index) => doc.tree("r").move(first(doc), null, index),
  "tree delete": (doc, node) => doc.tree("r").delete(node),
  "tree has": (doc, node) => doc.tree("r").has(node),
  "tree place": (doc, node) => doc.tree("r").place(node),
  "tree children": (doc, node) => doc.tree("r").children(node),
  "tree data": (doc, node) => doc.tree("r").data(node),
  "multiMap observe": (doc, listener) => doc.multiMap("k").observe(listener),
  "multiMap set at": (doc, key) => doc.multiMap("k").set(key, 1),
  "multiMap set": (doc, value) => doc.multiMap("k").set("k", value),
  "multiMap all": (doc, key) => doc.multiMap("k").all(key),
  ...each({ compareVersions, mergeVersions, versionCovers }, (call) => ({
    "the first": (doc, wrong) => call(wrong, doc.version() as never),
    "the second": (doc, wrong) => call(doc.version() as never, wrong),
  })),
  ...each({ encodeVersion, decodeVersion, epochOf, mergeUpdates, readTexts, updateRanges, inflate, deflate }, only),
  ...each({ isCrdtNode, subdocRef, subdocIdOf, createDoc, createSubdocs, marks, authorize, subdocIds }, only),
  ...each({ docLike, forkDoc, createHistory, createUndo, inspectUpdate, observeDoc, observeSubdocs }, (call) => ({
    of: (_, wrong) => call(wrong),
    with: (doc, wrong) => call(doc as never, wrong),
  })),
  "mergeUpdates of one": (doc, bytes) => mergeUpdates([doc.encode({ since: doc.version() }), bytes]),
  "compactDoc of": (_, doc) => compactDoc(doc, 1),
  compactDoc: (doc, epoch) => compactDoc(doc, epoch),
  "carryOver before": (doc, before) => carryOver(before, doc, docLike(doc, { replicaId: 8 })),
  "carryOver after": (doc, after) => carryOver(doc, after, docLike(doc, { replicaId: 8 })),
  "carryOver onto": (doc, onto) => carryOver(doc, doc, onto),
  "diffDocs older": (doc, older) => diffDocs(older, doc),
  "diffDocs newer": (doc, newer) => diffDocs(doc, newer),
  "diffDocs features": (doc, made) => diffDocs(doc, doc, made),
  "renewDoc of": (doc, of) => renewDoc(of, doc),
  "reapplyUpdates like": (doc, like) => reapplyUpdates(like, doc.encode(), [], random),
  "reapplyUpdates base": (doc, base) => reapplyUpdates(doc, base, [], random),
  "reapplyUpdates steps": (doc, steps) => reapplyUpdates(doc, doc.encode(), steps, random),
  "reapplyUpdates a step": (doc, update) => reapplyUpdates(doc, doc.encode(), [{ update }], random),
  "createDoc features": (_, made) => createDoc({ features: made }),
  "createDoc a feature": (_, feature) => createDoc({ features: [feature] }),
  "createDoc limits": (_, limits) => createDoc({ limits }),
  "createDoc replicaId": (_, replicaId) => createDoc({ replicaId }).replicaId,
  "createDoc random": (_, source) => createDoc({ random: source }).replicaId,
  "createDoc random, that gives": (_, bytes) => createDoc({ random: () => bytes }).replicaId,
  "createDoc maxUpdateBytes": (doc, maxUpdateBytes) => createDoc({ limits: { maxUpdateBytes } }).apply(doc.encode()),
  "createHistory from": (doc, from) => createHistory(doc, { from }),
  "history at": (doc, steps) => createHistory(doc).at(steps),
  "history at, with": (doc, options) => createHistory(doc).at(0, options),
  "history version": (doc, steps) => createHistory(doc).version(steps),
  "undo origins": (doc, origins) => createUndo(doc, { origins }),
  "undo clock": (doc, clock) => createUndo(doc, { clock }),
  "undo maxSteps": (doc, maxSteps) => createUndo(doc, { maxSteps }),
  "undo place": (doc, place) => createUndo(doc, { place }),
  "undo goTo": (doc, goTo) => createUndo(doc, { goTo }),
  "undo observe": (doc, listener) => createUndo(doc).observe(listener),
  "authorize that gives": (doc, why) => createDoc({ features: [authorize(() => why)] }).apply(doc.encode()),
  openTyped: (doc, schema) => openTyped(doc, schema),
  "openTyped of": (_, doc) => openTyped(doc, { version: 1, roots: {} }),
  "openTyped roots": (doc, roots) => openTyped(doc, { version: 1, roots }),
  "openTyped a root": (doc, root) => openTyped(doc, { version: 1, roots: { root } }),
  "openTyped a map": (doc, map) => openTyped(doc, { version: 1, roots: { m: { map } } }),
  "openTyped a key": (doc, a) => openTyped(doc, { version: 1, roots: { m: { map: { a } } } }),
  "openTyped version": (doc, version) => openTyped(doc, { version, roots: {} }),
  "openTyped migrations": (doc, migrations) => openTyped(doc, { version: 1, roots: {}, migrations }),
  "subdocs open": (_, ref) => createSubdocs(() => createDoc()).open(ref),
  "subdocs close": (_, ref) => createSubdocs(() => createDoc()).close(ref),
  "subdocs onUpdate": (_, listener) => createSubdocs(() => createDoc()).onUpdate(listener),
  "subdocs open what is": (_, loaded) => createSubdocs(() => loaded).open("a"),
  "inflate at most": async (doc, most) => inflate(await deflate(doc.encode()), most),
};

const observable = (doc: Filled) => ({
  bytes: doc.encode(),
  version: [...doc.version()],
  pending: doc.pending(),
  text: doc.text("t").toDelta(),
});

describe("a call with a value of another type", () => {
  test.each(Object.entries(CALLS))(
    "%s: is refused with a code and changes nothing, or leaves a whole document",
    async (_, call) => {
      for (const [what, make] of WRONG) {
        const doc = filled();
        const before = observable(doc);
        let isRefused = false;
        try {
          await call(doc, make() as never); // cast: that is what is tried
        } catch (error) {
          isRefused = true;
          const isOwn = error instanceof Own || (error as { cause?: unknown }).cause instanceof Own;
          assert.ok(isOwn || isCodedError(error), `${what}: ${String(error)}`);
        }
        if (isRefused) assert.deepEqual(observable(doc), before, what);
        const copy = createDoc({ features: features() });
        copy.apply(doc.encode());
        assert.deepEqual(copy.encode(), doc.encode(), `${what}: canonical`);
        if (!isRefused && what === "a function") continue; // it listens
        const { length } = doc.text("t");
        doc.text("t").insert(0, "ab");
        assert.equal(doc.text("t").toString().length, length + 2, `${what}: goes on`);
      }
    },
  );
});

describe("what is refused in a node that its map does not show", () => {
  /** Somebody has set the key while another edited the text under it, which holds a pair: the value shows. */
  function covered() {
    const doc = createDoc({ replicaId: 1, features: features() });
    const other = createDoc({ replicaId: 9, features: features() });
    doc.map("m").child("map", "a").child("text", "t").insert(0, "😀");
    other.apply(doc.encode());
    doc.map("m").child("map", "a").child("text", "t").insert(2, "b");
    for (let i = 0; i < 3; i++) other.map("m").child("map", "a").set("t", i);
    doc.apply(other.encode());
    assert.equal(doc.map("m").child("map", "a").get("t"), 2);
    return {
      doc,
      map: doc.map("m").child("map", "a"),
      text: doc.map("m").child("map", "a").child("text", "t") as RichText,
    };
  }
  type Covered = ReturnType<typeof covered>;

  const refusals: readonly (readonly [string, (covered: Covered) => void])[] = [
    ["an embed beyond the end", ({ text }) => text.insertEmbed(9, 1)],
    ["a mark beyond the end", ({ text }) => text.mark({ start: 0, end: 9 }, { bold: true })],
    ["a text beyond the end", ({ text }) => text.insert(9, "a")],
    ["more deleted than there is", ({ map }) => map.child("list", "new").delete(0, 1)],
    ["an element beyond the end", ({ map }) => map.child("list", "new").insertChild(1, "text")],
    ["a value that cannot be sent", ({ map }) => map.child("set", "new").add(Symbol("s") as never)],
  ];
  test.each(refusals)("is %s: nothing shows", (_, refused) => {
    const made = covered();
    const before = made.doc.encode();
    assert.throws(() => refused(made), isCodedError);
    assert.deepEqual(made.doc.encode(), before);
  });

  test("is an insertion or a deletion that splits a pair: nothing shows", () => {
    const doc = createDoc({ replicaId: 1 });
    const other = createDoc({ replicaId: 2 });
    const text = doc.map("m").child("text", "t");
    text.insert(0, "a");
    other.apply(doc.encode());
    for (let i = 0; i < 3; i++) other.map("m").set("t", i);
    text.insert(1, "😀b");
    doc.apply(other.encode());
    assert.deepEqual([doc.map("m").get("t"), String(text)], [2, "😀b"]);
    const before = doc.encode();
    assert.throws(() => text.insert(1, "x"), { code: "CRDT_SPLIT_PAIR" });
    assert.throws(() => text.delete(1, 1), { code: "CRDT_SPLIT_PAIR" });
    assert.throws(() => text.delete(0, 1), { code: "CRDT_SPLIT_PAIR" });
    assert.deepEqual(doc.encode(), before);
    text.insert(2, "x");
    assert.equal(String(doc.map("m").get("t")), "😀xb");
  });

  test("is an addition that leaves the range of numbers: nothing shows", () => {
    const doc = createDoc({ replicaId: 1 });
    const other = createDoc({ replicaId: 2 });
    doc.map("m").child("counter", "n").add(Number.MAX_VALUE);
    other.apply(doc.encode());
    doc.map("m").child("counter", "n").add(-1);
    for (let i = 0; i < 3; i++) other.map("m").set("n", i);
    doc.apply(other.encode());
    assert.equal(doc.map("m").get("n"), 2);
    const before = doc.encode();
    assert.throws(() => doc.map("m").child("counter", "n").add(Number.MAX_VALUE), { code: "CRDT_BAD_AMOUNT" });
    assert.deepEqual(doc.encode(), before);
  });
});

describe("limits", () => {
  test("that are undefined are not given: the defaults hold", () => {
    const doc = createDoc({ limits: { maxReplicas: 1, maxUpdateBytes: undefined as never } });
    const many = Array.from({ length: 2 }, (_, i): Doc => createDoc({ replicaId: i + 1 }));
    for (const one of many) one.counter("n").add(1);
    doc.apply((many[0] as Doc).encode()); // cast: there are two
    assert.throws(() => doc.apply((many[1] as Doc).encode()), { code: "CRDT_LIMIT" });
    assert.throws(() => doc.apply(new Uint8Array(2 ** 26 + 1)), { code: "CRDT_LIMIT" });
  });

  test("a version in the document far below any does not keep whoever opens it busy for ever", () => {
    const doc = createDoc({ replicaId: 1 });
    doc.map("~schema").set("version", -1e300);
    const run: number[] = [];
    const migrations = { 2: () => run.push(2), 1: () => run.push(1), 3: () => run.push(3) };
    openTyped(doc, { version: 2, roots: {}, migrations });
    assert.deepEqual(run, [1, 2]);
    assert.equal(doc.map("~schema").get("version"), 2);
  });
});
