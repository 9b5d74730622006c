// Documents that are no text: a list of records, a long list of numbers, a map with many keys; and a text that was written all over. Each subject says in
// `objects` how its types are written, and what they hold as plain values, with the keys of records sorted: what is not equal is not timed.
const RECORDS = 10_000;
const NUMBERS = Array.from({ length: 6_000 }, (_, i) => i * 7);
const KEYS = Array.from({ length: 30_000 }, (_, i) => [`key${i}`, i]);
const PLACES = 40_000;
const READER = 200; // the agent who only reads

const recordAt = (i) => ({
  done: i % 3 === 0,
  id: i,
  price: i * 1.5,
  tag: `t${i % 10}`,
  title: `Item number ${i}`,
});
const records = Array.from({ length: RECORDS }, (_, i) => recordAt(i));

const contents = {
  "10,000 records": { write: (objects, doc) => objects.records(doc, records), expected: JSON.stringify(records) },
  "6,000 numbers": { write: (objects, doc) => objects.numbers(doc, NUMBERS), expected: JSON.stringify(NUMBERS) },
  "30,000 keys": {
    write: (objects, doc) => objects.keys(doc, KEYS),
    expected: JSON.stringify(Object.fromEntries(KEYS.toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  },
  "40,000 edits all over a text": { write: writeText, expected: undefined },
};

/** In the form of the other tasks. */
export const OBJECT_TASKS = Object.entries(contents).flatMap(([name, content]) => [
  { name: `${name}, write`, needs: "objects", make: (subject) => writeTask(subject, content) },
  { name: `${name}, save`, needs: "objects", make: (subject) => saveTask(subject, content) },
  { name: `${name}, load`, needs: "objects", make: (subject) => loadTask(subject, content, false) },
  { name: `${name}, into a document in use`, needs: "objects", make: (subject) => loadTask(subject, content, true) },
]);

function writeTask(subject, content) {
  return { run: () => written(subject, content), check: (doc) => expectContent(subject, doc, content) };
}

function saveTask(subject, content) {
  const doc = written(subject, content);
  expectContent({ ...subject, free: undefined }, doc, content); // it is saved again and again
  const least = subject.save(doc).length;
  return {
    run: () => subject.save(doc),
    check(bytes) {
      if (bytes.length !== least) throw new Error(`${bytes.length} bytes`);
    },
  };
}

function loadTask(subject, content, isUsed) {
  const bytes = subject.save(written(subject, content));
  return {
    run() {
      if (!isUsed) return subject.load(bytes, READER);
      const doc = subject.create(READER, undefined);
      subject.objects.use(doc);
      return subject.objects.merge(doc, bytes) ?? doc;
    },
    check: (doc) => expectContent(subject, doc, content),
  };
}

function written(subject, { write }) {
  const doc = subject.create(0, undefined);
  write(subject.objects, doc, subject);
  subject.finish?.(doc);
  return doc;
}

function writeText(_, doc, subject) {
  eachEdit((edit) => subject.edit(doc, [edit]));
}

/** By an array of its units: it knows nothing of merging. */
function plainText() {
  const units = [];
  eachEdit(([at, deleted, inserted]) => units.splice(at, deleted, ...inserted));
  return units.join("");
}

/** The same edits each time: single words at places drawn at random, and three in ten deletions. */
function eachEdit(visit) {
  let seed = 7;
  let length = 0;
  const below = (limit) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  for (let i = 0; i < PLACES; i++) {
    if (length > 20 && below(10) < 3) {
      const count = 1 + below(5);
      visit([below(length - count), count, ""]);
      length -= count;
    } else {
      const word = "abcdefghij".slice(0, 1 + below(6));
      visit([below(length + 1), 0, word]);
      length += word.length;
    }
  }
}

function expectContent(subject, doc, content) {
  const found = content.write === writeText ? subject.text(doc) : JSON.stringify(subject.objects.content(doc));
  content.expected ??= plainText();
  if (found !== content.expected) throw new Error(`another content, of ${found.length} units`);
  subject.free?.(doc);
}
