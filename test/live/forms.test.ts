import assert from "node:assert/strict";
import * as v from "valibot";
import { describe, test } from "vitest";
import { type Html, html, renderToString } from "../../lib/html/index.ts";
import { defineView, form } from "../../lib/live/index.ts";
import { packState } from "../../lib/live/persist/pack.ts";
import { unpackState } from "../../lib/live/persist/unpack.ts";
import { EVENT, type LiveFrame, PATCH, REPLY } from "../../lib/wire/index.ts";
import { type Page, startSite } from "./site.ts";

const schema = v.object({
  email: v.pipe(v.string(), v.email("No email")),
  age: v.pipe(v.number("No number"), v.minValue(18, "Too young")),
  password: v.pipe(v.string(), v.minLength(8, "Too short")),
  tags: v.pipe(v.array(v.string()), v.minLength(1, "Choose one")),
  terms: v.literal(true, "Agree"),
  __proto__x: v.optional(v.string()),
});
const initial = { email: "", age: Number.NaN, password: "", tags: [], terms: false as unknown as true, __proto__x: "" };

const saved: unknown[] = [];
const signup = defineView({
  mount: () => ({ form: form(schema, { initial }) }),
  on: {
    check: (state, event) => state.form.change(event),
    async save(state, event, ctx) {
      const sent = await state.form.submit(event, ctx);
      if (!sent.isValid) return "invalid";
      if (sent.value.email === "taken@x.example") return state.form.fail("email", "Taken", ctx);
      saved.push(sent.value);
      return { saved: saved.length };
    },
  },
  render({ form }, bind): Html {
    const [email, age, tags, terms] = [form.field("email"), form.field("age"), form.field("tags"), form.field("terms")];
    return html`<form ${bind.save("submit")} ${bind.check("change")}>
      <label ${email.label()}>E</label><input ${email.input({ type: "email" })}>${email.message()}
      <input ${age.input()}>${age.message()}<input ${form.field("password").input({ type: "password" })}>
      ${form.field("password").message()}<input type="checkbox" ${tags.choice("a")}><input type="checkbox" ${tags.choice("b")}>
      ${tags.message()}<input type="checkbox" ${terms.choice()}>${terms.message()}</form>`;
  },
});

const fill = { email: "a@b.example", age: "20", password: "12345678", tags: "a", terms: "on" };
const plain = (text: string): string => text.replace(/<!--.*?-->/g, "").replace(/\s+/g, " ");
const replies = (frames: LiveFrame[]): LiveFrame[] => frames.filter((frame) => frame[0] === REPLY);
const save = (page: Page): string => `/x?${/action="\?(bus:submit=[^"]*)"/.exec(page.text)?.[1] ?? ""}`;

describe("a form without JavaScript", () => {
  test("that is invalid is answered with 422, its page, its errors and its values, but not with its password", async () => {
    const site = startSite(signup);
    const action = save(await site.get("/x"));
    const page = await site.post(action, { ...fill, email: "nobody", age: "x", tags: "b", password: "1234567" });
    assert.equal(page.status, 422);
    const text = plain(page.text);
    assert.match(
      text,
      /type="email" id="form-email" name="email"[^>]*aria-invalid="true" aria-describedby="form-email-error"/,
    );
    assert.match(text, /value="nobody"/);
    assert.match(text, /<span id="form-email-error" class="bus-error" role="alert">No email<\/span>/);
    assert.match(text, /value="x"[^>]*id="form-age"/);
    assert.match(text, /No number/);
    assert.match(text, /Too short/);
    assert.ok(!page.text.includes("1234567"), "the password is not in the page");
    assert.match(text, /id="form-tags-b"[^>]* value="b" checked|value="b"[^>]*checked/);
    assert.doesNotMatch(text, /value="a"[^>]*checked/);
    assert.deepEqual(saved.splice(0), []);
  });

  test("that is right is handled once and answered with 303", async () => {
    const site = startSite(signup);
    const action = save(await site.get("/x"));
    const first = await site.post(action, { ...fill, email: "nobody" });
    assert.equal(first.status, 422);
    assert.match(first.cookie, /^bus-live=/);
    const page = await site.post(action, [...Object.entries(fill), ["tags", "b"]], first.cookie);
    assert.deepEqual([page.status, page.location], [303, "/x"]);
    assert.deepEqual(saved.splice(0), [
      { email: "a@b.example", age: 20, password: "12345678", tags: ["a", "b"], terms: true, __proto__x: "" },
    ]);
  });

  test("can be refused by its handler, with a message for one field", async () => {
    const site = startSite(signup);
    const page = await site.post(save(await site.get("/x")), { ...fill, email: "taken@x.example" });
    assert.equal(page.status, 422);
    assert.match(page.text, /Taken/);
  });
});

describe("a form over a socket", () => {
  test("shows errors of the fields that were touched, and all of them once it was submitted", async () => {
    const site = startSite(signup);
    const visitor = await site.visit("/x");
    await visitor.send([EVENT, 1, 0, 0, { email: "nobody", age: "", password: "" }]);
    const [changed] = visitor.take();
    const text = JSON.stringify(changed);
    assert.match(text, /No email/);
    assert.doesNotMatch(text, /Too short|Agree|No number/);
    await visitor.send([EVENT, 2, 1, 1, { email: "nobody", age: "", password: "" }]);
    const all = JSON.stringify(visitor.take());
    for (const message of ["Too short", "Agree", "No number", "Choose one"]) assert.match(all, new RegExp(message));
  });

  test("keeps its elements while its errors come and go", async () => {
    const visitor = await startSite(signup).visit("/x");
    await visitor.send([EVENT, 1, 0, 0, { email: "nobody", age: "", password: "" }]);
    const operations = visitor.take().flatMap((frame) => (frame[0] === PATCH ? frame.slice(3) : []));
    const replaced = operations.filter((operation) => JSON.stringify(operation).includes('"post"'));
    assert.deepEqual(replaced, []);
    assert.ok(JSON.stringify(operations).includes("form-email-error"));
  });

  test("answers what its handler returns, and takes its errors away once it is right", async () => {
    const site = startSite(signup);
    const visitor = await site.visit("/x");
    await visitor.send([EVENT, 1, 0, 1, { email: "nobody" }]);
    assert.deepEqual(replies(visitor.take()), [[REPLY, 1, "invalid"]]);
    await visitor.send([EVENT, 2, 1, 1, { ...fill, tags: ["a"] }]);
    const frames = visitor.take();
    assert.match(JSON.stringify(replies(frames)), /^\[\[14,2,\{"saved":\d\}\]\]$/);
    assert.ok(frames.some((frame) => frame[0] === PATCH));
    saved.length = 0;
  });
});

describe("a form as an object", () => {
  test("looks at no other names, whatever they are, and at values of the right kind only", async () => {
    const made = form(v.object({ name: v.string(), list: v.array(v.string()) }), {
      initial: { name: "", list: ["x"] },
    });
    const bad: [string, unknown][] = [
      ["__proto__", { polluted: 1 }],
      ["constructor", "x"],
      ["toString", "y"],
      ["name", { a: 1 }],
      ["list", { length: 9 }],
    ];
    const event = Object.create(null);
    for (const [name, value] of bad) Object.defineProperty(event, name, { value, enumerable: true });
    const sent = await made.submit(event, { invalid() {} });
    assert.deepEqual(sent, { isValid: true, value: { name: "", list: [] } });
    assert.deepEqual({ ...made.values }, { name: "", list: [] });
    assert.equal((Object.prototype as Record<string, unknown>)["polluted"], undefined);
  });

  test("refuses what is too long or too much, without keeping it", async () => {
    let invalid = 0;
    const made = form(v.object({ name: v.string(), list: v.array(v.string()) }), {
      ...{ initial: { name: "", list: [] }, maxLength: 5, maxValues: 2 },
    });
    const sent = await made.submit({ name: "123456", list: ["1", "2", "3"] }, { invalid: () => invalid++ });
    assert.deepEqual([sent.isValid, invalid], [false, 1]);
    assert.deepEqual(made.field("name").errors, ["At most 5 characters"]);
    assert.deepEqual(made.field("list").errors, ["At most 2 values"]);
    assert.deepEqual({ ...made.values }, { name: "", list: [] });
  });

  test("shows the answer of the last check only, when checks overtake each other", async () => {
    const waits: ((message: string) => void)[] = [];
    const slow = v.objectAsync({
      name: v.pipeAsync(
        v.string(),
        v.rawCheckAsync(async ({ addIssue }) => {
          const message = await new Promise<string>((done) => waits.push(done));
          if (message !== "") addIssue({ message });
        }),
      ),
    });
    const made = form(slow as never, { initial: { name: "" } } as never);
    const [first, second] = [made.change({ name: "a" }), made.change({ name: "b" })];
    await new Promise((done) => setImmediate(done));
    waits[1]?.("second");
    await second;
    waits[0]?.("first");
    await first;
    assert.deepEqual(made.field("name" as never).errors, ["second"]);
  });

  test("is packed with the state it is in, and goes on from there, without its secrets", async () => {
    const options = { initial: { name: "", password: "" } };
    const named = v.object({ name: v.pipe(v.string(), v.minLength(3, "Too short")), password: v.string() });
    const made = form(named, options);
    await made.submit({ name: "ab", password: "hidden" }, { invalid() {} });
    const bytes = packState({ made });
    assert.ok(!new TextDecoder().decode(bytes).includes("hidden"));
    const again = form(named, options);
    unpackState(bytes, { made: again });
    assert.deepEqual([{ ...again.values }, again.field("name").errors], [{ name: "ab" }, ["Too short"]]);
    await again.submit({ name: "abc", password: "" }, { invalid: () => assert.fail() });
    assert.equal(again.isValid, true);
  });

  test("gives fields for lists, choices and options, and begins anew", () => {
    const made = form(v.object({ color: v.picklist(["red", "blue"]), tags: v.array(v.picklist(["a", "b"])) }), {
      initial: { color: "red", tags: ["b"] },
      id: "paint",
    });
    const show = (node: Html): string => renderToString(node);
    assert.equal(
      show(
        html`<option ${made.field("color").option("red")}></option><option ${made.field("color").option("blue")}></option>`,
      ),
      `<option value="red" selected></option><option value="blue"></option>`,
    );
    assert.match(show(html`<input ${made.field("tags").choice("b")}>`), /id="paint-tags-b".*checked/);
    made.fail("color", "Not today");
    assert.match(show(html`${made.field("color").message()}`), /paint-color-error.*Not today/);
    made.fail("", "Not at all");
    assert.deepEqual([made.errors, made.isValid], [["Not at all"], false]);
    made.reset({ color: "blue" });
    assert.deepEqual([{ ...made.values }, made.isValid], [{ color: "blue", tags: ["b"] }, true]);
  });
});
