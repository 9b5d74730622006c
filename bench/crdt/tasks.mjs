// What is measured. Each task gives `{ run(), check(result), free? }`: `run` is timed, and what it returns is checked each time.
import { OBJECT_TASKS } from "./objects.mjs";
import { repeated, replayConcurrent, shuffled, traceNamed } from "./traces.mjs";

const B4 = "automerge-paper";
const READER = 200; // the agent who only reads

/** Tasks whose rounds are timed, in the order of the report. `needs` is what some library cannot do. */
export const TASKS = [
  { name: "B4, apply", make: (subject) => applyTask(subject, traceNamed(B4), false) },
  { name: "B4, apply with updates", make: (subject) => applyTask(subject, traceNamed(B4), true) },
  { name: "B4, remote, update by update", make: (subject) => remoteTask(subject, writtenBy(subject, traceNamed(B4))) },
  { name: "B4, load to text", make: (subject) => loadTask(subject, false) },
  { name: "B4, load to first edit", make: (subject) => loadTask(subject, true) },
  { name: "B4, save", make: saveTask },
  { name: "B4 x 10, apply", make: (subject) => applyTask(subject, repeated(traceNamed(B4), 10), false) },
  { name: "friendsforever, update by update", make: (subject) => remoteTask(subject, concurrent(subject)) },
  { name: "friendsforever, in windows of 50", make: (subject) => windowTask(subject, 50), needs: "reordered" },
  { name: "friendsforever, in windows of 1,000", make: (subject) => windowTask(subject, 1000), needs: "reordered" },
  ...OBJECT_TASKS,
];

/** What a library's document of the trace weighs, and its updates. */
export function weighBytes(subject) {
  const trace = traceNamed(B4);
  const doc = subject.load(savedBy(subject, trace), READER);
  const { updates } = writtenBy(subject, { ...trace, txns: trace.txns.slice(0, subject.sample ?? trace.txns.length) });
  const sum = updates.reduce((total, { length }) => total + length, 0);
  const saved = (subject.saveSmall ?? subject.save)(doc);
  return { saved, meanUpdate: sum / updates.length, history: subject.keepsHistory ? saved : subject.history?.(trace) };
}

/** A document of the trace loaded from its bytes, with nothing else kept. */
export function loadedDocument(subject) {
  return subject.load(savedBy(subject, traceNamed(B4)), READER);
}

function applyTask(subject, { txns, endContent }, events) {
  const updates = [];
  return {
    run() {
      updates.length = 0;
      const doc = subject.create(0, events ? (bytes) => updates.push(bytes) : undefined);
      for (const { patches } of txns) subject.edit(doc, patches);
      subject.finish?.(doc);
      return doc;
    },
    check(doc) {
      expectText(subject, doc, endContent);
      if (events && updates.length !== txns.length) throw new Error(`${updates.length} updates`);
    },
  };
}

function writtenBy(subject, trace) {
  const updates = [];
  const doc = subject.create(0, (bytes) => updates.push(bytes));
  for (const { patches } of trace.txns) subject.edit(doc, patches);
  return { doc, updates, endContent: trace.endContent };
}

function savedBy(subject, trace) {
  const doc = subject.create(0, undefined);
  for (const { patches } of trace.txns) subject.edit(doc, patches);
  subject.finish?.(doc);
  const bytes = subject.save(doc);
  subject.free?.(doc);
  return bytes;
}

function concurrent(subject) {
  const trace = traceNamed("friendsforever");
  const made = [];
  const updates = replayConcurrent(trace, {
    make: (agent) => subject.create(agent, (bytes) => made.push(bytes)),
    edit(doc, patches) {
      made.length = 0;
      subject.edit(doc, patches);
      return made[0];
    },
    apply: subject.apply,
  });
  return { updates, endContent: trace.endContent };
}

function windowTask(subject, window) {
  const { updates, endContent } = concurrent(subject);
  return remoteTask(subject, { updates: shuffled(updates, window), endContent });
}

function remoteTask(subject, { updates, endContent }) {
  return {
    run() {
      const doc = subject.create(READER, undefined);
      for (const bytes of updates) subject.apply(doc, bytes);
      return doc;
    },
    check: (doc) => expectText(subject, doc, endContent),
  };
}

function loadTask(subject, edits) {
  const { endContent, txns } = traceNamed(B4);
  const bytes = savedBy(subject, { endContent, txns });
  return {
    run() {
      if (!edits && subject.read !== undefined) return { text: subject.read(bytes) };
      const doc = subject.load(bytes, READER);
      if (edits) subject.edit(doc, [[5, 0, "x"]]);
      return { doc, text: subject.text(doc) };
    },
    check({ doc, text }) {
      if (text !== (edits ? `${endContent.slice(0, 5)}x${endContent.slice(5)}` : endContent)) throw new Error("text");
      if (doc !== undefined) subject.free?.(doc);
    },
  };
}

function saveTask(subject) {
  const doc = subject.load(savedBy(subject, traceNamed(B4)), READER);
  subject.edit(doc, [[0, 0, "x"]]); // so that what was loaded cannot be given back as it is
  return {
    run: () => subject.save(doc),
    check(bytes) {
      if (!(bytes.length > 100_000)) throw new Error(`${bytes.length} bytes`);
    },
  };
}

function expectText(subject, doc, expected) {
  const text = subject.text(doc);
  if (text !== expected) throw new Error(`another text, of ${text.length} units`);
  subject.free?.(doc);
}
