import assert from "node:assert/strict";
import fc from "fast-check";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import { bindTextarea, type TextField } from "../../client/sync/index.ts";
import { type CrdtText, createDoc, type Doc } from "../../lib/crdt/index.ts";

interface Scene {
  readonly field: TextField;
  readonly text: CrdtText;
  /** The same document elsewhere; its edits arrive at once. */
  readonly other: CrdtText;
  readonly doc: Doc;
  readonly stop: () => void;
}

function createScene(start = "", kind: "textarea" | "input" = "textarea"): Scene {
  const doc = createDoc({ replicaId: 1 });
  const remote = createDoc({ replicaId: 2 });
  doc.text("body").insert(0, start);
  remote.apply(doc.encode());
  doc.onUpdate((bytes, origin) => origin !== "remote" && remote.apply(bytes, "local"));
  remote.onUpdate((bytes, origin) => origin !== "local" && doc.apply(bytes, "remote"));
  const field = document.createElement(kind);
  document.body.append(field);
  const text = doc.text("body");
  return { field, text, other: remote.text("body"), doc, stop: bindTextarea(text, field) };
}

/** What a browser does when a user replaces a range by typing or pasting. */
function type(field: TextField, content: string, from = field.value.length, to = from): void {
  field.setSelectionRange(from, to);
  field.setRangeText(content, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function compose(field: TextField, steps: () => void): void {
  field.dispatchEvent(new Event("compositionstart"));
  steps();
  field.dispatchEvent(new Event("compositionend"));
}

/** Edits of others are shown with the next animation frame. */
const frame = (): void => void vi.advanceTimersToNextFrame();

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("bindTextarea", () => {
  test("shows the text and follows it", () => {
    const { field, other, text } = createScene("hello");
    assert.equal(field.value, "hello");
    other.insert(5, " world");
    other.delete(0, 1);
    assert.equal(field.value, "hello");
    frame();
    assert.equal(field.value, "ello world");
    assert.equal(text.toString(), field.value);
  });

  test("types the smallest edit into the text", () => {
    const { field, text, other } = createScene("hello world");
    const deltas: unknown[] = [];
    text.observe((delta) => deltas.push(delta));
    type(field, ",", 5);
    assert.deepEqual(deltas, [[{ retain: 5 }, { insert: "," }]]);
    type(field, "", 0, 6);
    assert.equal(other.toString(), " world");
  });

  test.each([
    ["before the caret", 0, "XX", 5, 5, 7, 7],
    ["at the caret", 5, "XX", 5, 5, 5, 5],
    ["after the caret", 6, "XX", 5, 5, 5, 5],
    ["within the selection", 4, "XX", 3, 6, 3, 8],
    ["at the start of the selection", 3, "XX", 3, 6, 5, 8],
    ["at the end of the selection", 6, "XX", 3, 6, 3, 6],
  ])("an insertion %s moves the selection as it should", (_where, at, inserted, start, end, newStart, newEnd) => {
    const { field, other } = createScene("0123456789");
    field.setSelectionRange(start, end, "backward");
    other.insert(at, inserted);
    frame();
    assert.deepEqual([field.selectionStart, field.selectionEnd], [newStart, newEnd]);
    if (start !== end) assert.equal(field.selectionDirection, "backward");
  });

  test.each([
    ["before the caret", 0, 2, 5, 5, 3, 3],
    ["around the caret", 3, 4, 5, 5, 3, 3],
    ["of part of the selection", 2, 3, 4, 8, 2, 5],
    ["of the whole selection", 2, 7, 4, 8, 2, 2],
  ])("a deletion %s moves the selection as it should", (_where, at, count, start, end, newStart, newEnd) => {
    const { field, other } = createScene("0123456789");
    field.setSelectionRange(start, end);
    other.delete(at, count);
    frame();
    assert.deepEqual([field.selectionStart, field.selectionEnd], [newStart, newEnd]);
  });

  const edit = fc.record({
    who: fc.constantFrom("user", "other"),
    from: fc.nat(20),
    length: fc.nat(4),
    content: fc.string({ unit: fc.constantFrom("a", "b", "\n", "😀"), maxLength: 4 }),
    composed: fc.boolean(),
    shown: fc.boolean(),
  });
  test("field and text stay equal through any edits of both sides", () =>
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 25 }), (edits) => {
        const { field, text, other, stop } = createScene("start 😀 end");
        for (const { who, from, length, content, composed, shown } of edits) {
          const value = field.value;
          const start = clampToPairs(value, from);
          const end = clampToPairs(value, Math.max(start, from + length));
          if (who === "user") {
            if (composed) compose(field, () => type(field, content, start, end));
            else type(field, content, start, end);
          } else {
            const all = other.toString(); // may be ahead of what the field shows
            const [first, last] = [clampToPairs(all, start), clampToPairs(all, Math.max(start, end))];
            if (last > first) other.delete(first, last - first);
            other.insert(first, content);
          }
          if (shown) frame();
          if (shown || who === "user") assert.equal(field.value, text.toString());
          assert.equal(other.toString(), text.toString());
        }
        stop();
        assert.equal(field.value, text.toString());
      }),
    ));

  test("leaves the field alone while an input method composes, then merges both sides' edits", () => {
    const { field, text, other } = createScene("one two three");
    compose(field, () => {
      type(field, "k", 4, 7);
      other.insert(0, "zero ");
      type(field, "か", 4, 5);
      other.insert(other.length, " four");
      other.insert(other.toString().indexOf("wo"), "!"); // within what is being replaced
      assert.equal(field.value, "one か three");
      type(field, "漢字", 4, 5);
    });
    assert.equal(field.value, "zero one 漢字! three four");
    assert.equal(text.toString(), field.value);
    assert.equal(other.toString(), field.value);
  });

  test("a composition that is given up leaves what others wrote", () => {
    const { field, text, other } = createScene("abc");
    compose(field, () => {
      type(field, "x", 1);
      other.insert(3, "def");
      type(field, "", 1, 2);
    });
    assert.equal(field.value, "abcdef");
    assert.equal(text.toString(), "abcdef");
  });

  test("a composition under way when the binding stops is not lost", () => {
    const { field, text, stop } = createScene("abc");
    field.dispatchEvent(new Event("compositionstart"));
    type(field, "d");
    stop();
    assert.equal(text.toString(), "abcd");
  });

  test.each(["a\r\nb\rc\nd", "\r\n\r\n", "\r", "x\r\n"])(
    "edits at the right place of a text with other line ends: %j",
    (start) => {
      const shown = start.replace(/\r\n?/g, "\n");
      for (let from = 0; from <= shown.length; from++) {
        for (let to = from; to <= shown.length; to++) {
          const { field, text, other } = createScene(start);
          assert.equal(field.value, shown);
          type(field, "X", from, to);
          assert.equal(text.toString().replace(/\r\n?/g, "\n"), `${shown.slice(0, from)}X${shown.slice(to)}`);
          other.insert(0, "\r\n!");
          assert.equal(field.value, text.toString().replace(/\r\n?/g, "\n"));
        }
      }
    },
  );

  test("an input shows a text without its line ends and edits it at the right place", () => {
    const { field, text, other } = createScene("one\ntwo", "input");
    assert.equal(field.value, "onetwo");
    type(field, "!", 6);
    type(field, "-", 3);
    other.insert(0, "\n>");
    assert.equal(field.value, ">one-two!");
    assert.equal(text.toString().replaceAll("\n", "|"), "|>one-|two!");
  });

  test("what is typed before the next frame goes where it was typed, though others have edited meanwhile", () => {
    const { field, text, other } = createScene("one two");
    other.insert(0, "zero ");
    other.delete(other.length - 1, 1);
    type(field, "!", 3);
    assert.equal(text.toString(), "zero one! tw");
    assert.equal(field.value, text.toString());
  });

  test("a page that gets no animation frames is brought up to date by a timer", () => {
    const { field, other } = createScene("a");
    vi.stubGlobal("requestAnimationFrame", () => 0);
    other.insert(1, "b");
    vi.unstubAllGlobals();
    vi.advanceTimersByTime(1_000);
    assert.equal(field.value, "ab");
  });

  test("half a surrogate pair becomes a replacement character on both sides", () => {
    const { field, text } = createScene("a");
    type(field, "\ud83d", 1);
    assert.equal(text.toString(), "a\ufffd");
    assert.equal(field.value, "a\ufffd");
  });

  test("a value set by a script is not typed into the text, and gives way to the next edit of another", () => {
    const { field, text, other } = createScene("shared");
    field.value = "";
    other.insert(6, "!");
    frame();
    assert.equal(field.value, "shared!");
    assert.equal(text.toString(), "shared!");
  });

  test("after its stop nothing flows, and stopping twice is harmless", () => {
    const { field, text, other, stop } = createScene("a");
    stop();
    stop();
    other.insert(1, "b");
    assert.equal(field.value, "a");
    type(field, "c");
    assert.equal(text.toString(), "ab");
  });
});

function clampToPairs(text: string, index: number): number {
  const at = Math.min(index, text.length);
  return /[\ud800-\udbff]$/.test(text.slice(0, at)) ? at - 1 : at;
}
