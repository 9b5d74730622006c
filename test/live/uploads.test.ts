import assert from "node:assert/strict";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { each, type Html, html } from "../../lib/html/index.ts";
import { defineView, type UploadedFile, type UploadSchemas } from "../../lib/live/index.ts";
import { EVENT, type LiveFrame, PATCH, REPLY, UPLOAD } from "../../lib/wire/index.ts";
import { startSite, type Visitor } from "./site.ts";

const taken: { name: string; type: string; size: number; text: string }[] = [];
const kept: UploadedFile[] = [];

function viewOf(uploads: { avatar: UploadSchemas[string]; papers: UploadSchemas[string] }) {
  return defineView({
    uploads,
    events: { save: v.object({ title: v.string() }) },
    mount: () => ({ title: "" }),
    on: {
      async save(state, { title }, ctx) {
        state.title = title;
        for (const file of ctx.uploads.avatar) {
          taken.push({
            name: file.name,
            type: file.type,
            size: file.size,
            text: new TextDecoder().decode(file.bytes()),
          });
        }
        for (const file of ctx.uploads.papers) {
          let text = "";
          for await (const piece of file.stream()) text += new TextDecoder().decode(piece);
          taken.push({ name: file.name, type: file.type, size: file.size, text });
        }
        return taken.length;
      },
      look: (_state, _event, ctx) => void kept.push(...ctx.uploads.avatar),
      cancel: (_state, event, ctx) => ctx.cancelUpload(Number(event["id"])),
    },
    render: (state, bind, page): Html =>
      html`<form ${bind.save("submit")} enctype="multipart/form-data"><input name="title" value=${state.title}>
        <input ${page.uploads.avatar.input({ class: "file" })}>${each(
          page.uploads.avatar.entries,
          (entry) => entry.id,
          (entry) => html`<p>${entry.name} <progress max="100" value=${entry.percent}></progress></p>`,
        )}<ul>${page.uploads.avatar.refused.map(({ name, code }) => html`<li>${name} ${code}</li>`)}</ul></form>`,
  });
}
const rules = { avatar: { maxBytes: 1_000, accept: [".txt", "image/*"] }, papers: { maxFiles: 2 } };
const plain = viewOf(rules);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const answers = (visitor: Visitor): LiveFrame[] => visitor.take().filter((frame) => frame[0] === UPLOAD);
const announce = (entry: number, size: number, name = "a.txt", field = "avatar", type = "text/plain"): LiveFrame => [
  UPLOAD,
  entry,
  0,
  [field, name, type, size],
];

describe("a file over a socket", () => {
  test("is announced, comes in pieces with its progress shown, and is taken by a handler once", async () => {
    const visitor = await startSite(plain).visit("/x");
    await visitor.send(announce(7, 10));
    const first = visitor.take();
    assert.deepEqual(first[0], [UPLOAD, 7, 0, ""]);
    assert.match(JSON.stringify(first), /a\.txt/);
    await visitor.send([UPLOAD, 7, 0, bytes("01234")]);
    const second = visitor.take();
    assert.deepEqual(second[0], [UPLOAD, 7, 5, ""]);
    assert.match(JSON.stringify(second.find((frame) => frame[0] === PATCH)), /"50"|50/);
    await visitor.send([EVENT, 1, 0, 0, { title: "t" }]);
    assert.deepEqual(
      visitor.take().filter((frame) => frame[0] === REPLY),
      [[REPLY, 1, 0]],
    ); // not whole yet
    await visitor.send(
      [UPLOAD, 7, 5, bytes("56789")],
      [EVENT, 2, 0, 0, { title: "t" }],
      [EVENT, 3, 0, 0, { title: "t" }],
    );
    assert.deepEqual(taken.splice(0), [{ name: "a.txt", type: "text/plain", size: 10, text: "0123456789" }]);
  });

  test("goes on from where it is, whatever the client says, and after it is announced again", async () => {
    const visitor = await startSite(plain).visit("/x");
    await visitor.send(
      announce(1, 6),
      [UPLOAD, 1, 0, bytes("abc")],
      [UPLOAD, 1, 0, bytes("abc")],
      [UPLOAD, 1, 5, bytes("f")],
    );
    assert.deepEqual(answers(visitor), [
      [UPLOAD, 1, 0, ""],
      [UPLOAD, 1, 3, ""],
      [UPLOAD, 1, 3, ""],
      [UPLOAD, 1, 3, ""],
    ]);
    await visitor.send(announce(1, 6), [UPLOAD, 1, 3, bytes("def")]);
    assert.deepEqual(answers(visitor), [
      [UPLOAD, 1, 3, ""],
      [UPLOAD, 1, 6, ""],
    ]);
    await visitor.send(announce(1, 4));
    assert.deepEqual(answers(visitor), [[UPLOAD, 1, 0, ""]]); // another file
  });

  test("is refused when it is too large, too many, of another type, unknown, or more than was announced", async () => {
    const visitor = await startSite(plain).visit("/x");
    const refused: [LiveFrame, string][] = [
      [announce(1, 1_001), "LIVE_UPLOAD_TOO_LARGE"],
      [announce(1, 5, "a.exe", "avatar", "application/x"), "LIVE_UPLOAD_TYPE"],
      [announce(1, 5, "a.txt", "__proto__"), "LIVE_NO_UPLOAD"],
      [announce(1, 5, "a.txt", "other"), "LIVE_NO_UPLOAD"],
      [[UPLOAD, 9, 0, bytes("x")], "LIVE_NO_UPLOAD"],
    ];
    for (const [frame, code] of refused) {
      await visitor.send(frame);
      const frames = visitor.take();
      assert.deepEqual(frames[0]?.slice(2), [0, code]);
      if (code === "LIVE_UPLOAD_TYPE") assert.match(JSON.stringify(frames), /a\.exe/);
    }
    await visitor.send(announce(1, 5), announce(2, 5));
    assert.deepEqual(answers(visitor), [
      [UPLOAD, 1, 0, ""],
      [UPLOAD, 2, 0, "LIVE_UPLOAD_TOO_MANY"],
    ]);
    await visitor.send([UPLOAD, 1, 0, bytes("123456")], [UPLOAD, 1, 0, bytes("1")]);
    assert.deepEqual(answers(visitor), [
      [UPLOAD, 1, 0, "LIVE_UPLOAD_TOO_LARGE"],
      [UPLOAD, 1, 0, "LIVE_NO_UPLOAD"],
    ]);
  });

  test("is freed when it is taken back, cancelled, forgotten or its session ends", async () => {
    const view = viewOf({ avatar: { maxTotalBytes: 10, keepMs: 1_000 }, papers: {} });
    const site = startSite(view, { detachedMs: 10 });
    const rule = view.uploads?.get("avatar");
    const visitor = await site.visit("/x");
    await visitor.send(announce(1, 8), [UPLOAD, 1, 0, bytes("12345678")]);
    assert.equal(rule?.held, 8);
    await visitor.send([UPLOAD, 1, 0, null]);
    assert.equal(rule?.held, 0);
    await visitor.send(announce(2, 8), [UPLOAD, 2, 0, bytes("1234")], [EVENT, 1, 0, 2, { id: 2 }]);
    assert.equal(rule?.held, 0);
    await visitor.send(announce(3, 8), [UPLOAD, 3, 0, bytes("1234")]);
    await site.clock.advance(900);
    await visitor.send([UPLOAD, 3, 4, bytes("5")]);
    await site.clock.advance(900);
    assert.equal(rule?.held, 5);
    await site.clock.advance(101);
    assert.equal(rule?.held, 0);
    await visitor.send(announce(4, 8), [UPLOAD, 4, 0, bytes("1234")]);
    const other = await site.visit("/x");
    await other.send(announce(1, 7), [UPLOAD, 1, 0, bytes("1234567")]);
    assert.deepEqual(answers(other).at(-1), [UPLOAD, 1, 0, "LIVE_UPLOAD_FULL"]);
    await visitor.leave();
    await site.clock.advance(20);
    assert.equal(rule?.held, 0);
  });

  test("is freed where the clock is set back as it is where it goes on", async () => {
    const view = viewOf({ avatar: { maxTotalBytes: 10, keepMs: 1_000 }, papers: {} });
    const site = startSite(view);
    const visitor = await site.visit("/x");
    await visitor.send(announce(1, 10), [UPLOAD, 1, 0, bytes("01234")]);
    site.clock.set(-3_600_000);
    await site.clock.advance(1_000);
    await site.clock.advance(1_000);
    await visitor.send([UPLOAD, 1, 5, bytes("56789")]);
    assert.deepEqual(answers(visitor).at(-1), [UPLOAD, 1, 0, "LIVE_NO_UPLOAD"]);
  });

  test("is taken once, by whoever has it first, and keeps its name harmless", async () => {
    const visitor = await startSite(plain).visit("/x");
    await visitor.send(
      announce(1, 1, "../..\\etc/\u202epass\nwd.txt"),
      [UPLOAD, 1, 0, bytes("x")],
      [EVENT, 1, 0, 1, null],
      [EVENT, 2, 0, 1, null],
    );
    const [file, twin] = kept.splice(0);
    assert.equal(file?.name, "passwd.txt");
    assert.equal(file?.bytes().length, 1);
    expect(() => twin?.bytes()).toThrow(/taken/);
    expect(() => file?.stream()).toThrow(/taken/);
    await visitor.send(announce(2, 0), [EVENT, 3, 0, 1, null]);
    assert.equal(kept.splice(0)[0]?.bytes().length, 0); // an empty file is whole at once
  });

  test("is of no view without uploads", async () => {
    const view = defineView({ mount: () => ({}), render: () => html`<p>${1}</p>` });
    const visitor = await startSite(view).visit("/x");
    await visitor.send(announce(1, 1));
    assert.deepEqual(visitor.take(), [[UPLOAD, 1, 0, "LIVE_NO_UPLOAD"]]);
  });
});

describe("a file without JavaScript", () => {
  const formOf = (...files: [field: string, name: string, type: string, text: string][]): FormData => {
    const form = new FormData();
    form.set("title", "t");
    for (const [field, name, type, text] of files) form.append(field, new File([text], name, { type }));
    return form;
  };

  test("reaches the same handler", async () => {
    const view = viewOf(rules);
    const site = startSite(view);
    const page = await site.get("/x");
    assert.match(
      page.text,
      /<input +class="file" type="file" name="avatar" +bus-upload="avatar" accept=".txt,image\/\*">/,
    );
    const form = formOf(
      ["avatar", "a.txt", "text/plain", "one"],
      ["papers", "b", "", "two"],
      ["papers", "c", "", "three"],
      ["papers", "", "", ""],
    );
    const answer = await site.postFiles("/x?bus:submit=0", form);
    assert.equal(answer.status, 303);
    assert.deepEqual(
      taken.splice(0).map(({ name, text }) => [name, text]),
      [
        ["a.txt", "one"],
        ["b", "two"],
        ["c", "three"],
      ],
    );
    assert.equal(view.uploads?.get("papers")?.held, 0);
  });

  test("is under the same caps, and is freed when no handler takes it", async () => {
    const view = viewOf(rules);
    const site = startSite(view);
    const large = await site.postFiles("/x?bus:submit=0", formOf(["avatar", "a.txt", "text/plain", "x".repeat(1_001)]));
    assert.deepEqual([large.status, large.text], [413, "LIVE_UPLOAD_TOO_LARGE"]);
    const unknown = await site.postFiles("/x?bus:submit=0", formOf(["__proto__", "a.txt", "text/plain", "x"]));
    assert.equal(unknown.status, 413);
    await site.postFiles("/x?bus:submit=0", formOf(["avatar", "a.exe", "application/x", "x"]));
    assert.deepEqual(taken.splice(0), []);
    await site.postFiles("/x?bus:submit=1", formOf(["avatar", "a.txt", "text/plain", "x"]));
    assert.equal(kept.splice(0).length, 1);
    assert.equal(view.uploads?.get("avatar")?.held, 0);
  });

  test("is one without content too, unlike an input that was left empty", async () => {
    const site = startSite(plain);
    await site.postFiles("/x?bus:submit=0", formOf(["avatar", "a.txt", "text/plain", ""], ["papers", "", "", ""]));
    assert.deepEqual(
      taken.splice(0).map(({ name, size }) => [name, size]),
      [["a.txt", 0]],
    );
  });

  test("is found by the handler of its own post, also where several posts to one session come at once", async () => {
    const found: string[] = [];
    const view = defineView({
      uploads: { papers: {} },
      mount: () => ({}),
      on: {
        async save(_state, event, ctx) {
          const names = ctx.uploads.papers.map(({ name }) => name);
          await new Promise((done) => setImmediate(done));
          found.push(`${event["title"]}: ${names.join()}`);
        },
      },
      render: (_state, bind, page): Html =>
        html`<form ${bind.save("submit")}><input ${page.uploads.papers.input()}></form>`,
    });
    const site = startSite(view);
    const { cookie } = await site.postFiles("/x?bus:submit=0", formOf());
    const posts = ["a", "b", "c"].map((name) => {
      const form = formOf(["papers", name, "", "x"]);
      form.set("title", name);
      return site.postFiles("/x?bus:submit=0", form, cookie);
    });
    assert.deepEqual(
      (await Promise.all(posts)).map(({ status }) => status),
      [303, 303, 303],
    );
    assert.deepEqual(found, ["t: ", "a: a", "b: b", "c: c"]);
    assert.equal(view.uploads?.get("papers")?.held, 0);
  });

  test("wakes the session it is posted to", async () => {
    const site = startSite(plain, { hibernateMs: 1_000 });
    const { cookie } = await site.postFiles("/x?bus:submit=0", formOf());
    await site.clock.advance(10_000);
    await site.postFiles("/x?bus:submit=0", formOf(["avatar", "a.txt", "text/plain", "late"]), cookie);
    assert.deepEqual(
      taken.splice(0).map(({ text }) => text),
      ["late"],
    );
  });

  test("is refused by the reader before it is held, when it is larger than any field takes", async () => {
    const view = viewOf({ avatar: { maxBytes: 1_000 }, papers: { maxBytes: 2_000 } });
    const site = startSite(view);
    const large = await site.postFiles("/x?bus:submit=0", formOf(["papers", "a.txt", "text/plain", "x".repeat(5_000)]));
    assert.equal(large.status, 413);
    const none = startSite(defineView({ mount: () => ({}), on: { a: () => {} }, render: () => html`<p></p>` }));
    const stranger = await none.postFiles("/x?bus:submit=0", formOf(["a", "a.txt", "text/plain", "x"]));
    assert.equal(stranger.status, 413);
    assert.equal(site.route.sessionCount + none.route.sessionCount, 0);
  });

  test("needs a reader of such forms", async () => {
    const site = startSite(plain, { multipart: undefined as never });
    await assert.rejects(
      site.postFiles("/x?bus:submit=0", formOf()).then(({ status }) => assert.notEqual(status, 415)),
    );
  });
});
