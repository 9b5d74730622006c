import * as v from "valibot";
import { expectTypeOf, test } from "vitest";
import { readMultipart } from "../../adapters/multipart/index.ts";
import type { Context, Fields, SocketChannel } from "../../lib/app/index.ts";
import { html, type Spread } from "../../lib/html/index.ts";
import {
  defineView,
  type Flash,
  form,
  type MultipartReader,
  refuse,
  type Temporary,
  type UploadedFile,
  type UploadField,
} from "../../lib/live/index.ts";
import {
  type Closed,
  type Crashed,
  type Detached,
  type Expired,
  type Joining,
  type Live,
  move,
  type Refused,
  type Rendered,
  type Resuming,
  type Throttled,
} from "../../lib/live/machine/states.ts";
import { signal } from "../../lib/signals/index.ts";
import type { Channel, Operation } from "../../lib/wire/index.ts";

declare const rendered: Rendered;
declare const joining: Joining;
declare const live: Live;
declare const throttled: Throttled;
declare const detached: Detached;
declare const resuming: Resuming;
declare const crashed: Crashed;
declare const expired: Expired;
declare const refused: Refused;
declare const closed: Closed;

test("legal moves between session states compile and keep the type of the next state", () => {
  expectTypeOf(move(rendered, joining)).toEqualTypeOf<Joining>();
  move(rendered, expired);
  move(joining, live);
  move(joining, refused);
  move(live, throttled);
  move(live, crashed);
  move(throttled, live);
  move(detached, resuming);
  move(resuming, live);
  move(crashed, closed);
});

test("illegal moves do not compile", () => {
  // @ts-expect-error a page that nobody joined is not live
  move(rendered, live);
  // @ts-expect-error a detached session resumes first
  move(detached, live);
  // @ts-expect-error a throttled session renders nothing, so it cannot crash
  move(throttled, crashed);
  // @ts-expect-error an expired session mounts anew
  move(expired, resuming);
  // @ts-expect-error closed is final
  move(closed, live);
  // @ts-expect-error refused is final
  move(refused, joining);
});

test("state, events and bindings of a view are inferred", () => {
  defineView({
    params: v.object({ id: v.pipe(v.string(), v.transform(Number)) }),
    events: { rename: v.object({ id: v.number(), title: v.string() }) },
    mount({ params, session, own }) {
      expectTypeOf(params.id).toEqualTypeOf<number>();
      expectTypeOf(session.id).toEqualTypeOf<string>();
      own.onCleanup(() => {});
      return { titles: signal<readonly string[]>([]), id: params.id };
    },
    on: {
      rename(state, event, ctx) {
        expectTypeOf(state.id).toEqualTypeOf<number>();
        expectTypeOf(event).toEqualTypeOf<{ id: number; title: string }>();
        ctx.command("focus", "#title");
        state.titles.update((list) => [...list, event.title]);
      },
      clear(state, event) {
        // @ts-expect-error without a schema a field may be anything
        event["x"] satisfies string;
        state.titles.set([]);
      },
    },
    render(state, bind) {
      expectTypeOf(state.titles.get()).toEqualTypeOf<readonly string[]>();
      expectTypeOf(bind.rename("submit", { id: 1 })).toEqualTypeOf<Spread>();
      bind.clear("click");
      bind.clear("keydown");
      // @ts-expect-error an event has a name
      bind.clear(1);
      // @ts-expect-error no such handler
      bind.remove("click");
      // @ts-expect-error the schema wants a number
      bind.rename("click", { id: "1" });
      return html`<p>${state.id}</p>`;
    },
  });
});

test("a view may mount asynchronously and without events", () => {
  defineView({
    mount: async () => ({ n: 1 }),
    render: (state) => {
      expectTypeOf(state).toEqualTypeOf<{ n: number }>();
      return html`<p>${state.n}</p>`;
    },
  });
});

test("parameters, query and what onMount lets in are known to mount, handlers and navigation", () => {
  defineView({
    params: v.object({ id: v.pipe(v.string(), v.transform(Number)) }),
    query: v.object({ page: v.optional(v.string()) }),
    onMount({ request, params, query, occasion }) {
      expectTypeOf(request).toEqualTypeOf<Context>();
      expectTypeOf(params.id).toEqualTypeOf<number>();
      expectTypeOf(query.page).toEqualTypeOf<string | undefined>();
      expectTypeOf(occasion).toEqualTypeOf<"page" | "event" | "join" | "navigate">();
      return params.id === 0 ? refuse() : { name: "ann" };
    },
    mount({ auth, params, query, temporary }) {
      expectTypeOf(auth).toEqualTypeOf<{ name: string }>();
      expectTypeOf(params.id).toEqualTypeOf<number>();
      expectTypeOf(query.page).toEqualTypeOf<string | undefined>();
      const report = temporary(0);
      expectTypeOf(report).toEqualTypeOf<Temporary<number>>();
      return { id: params.id };
    },
    on: {
      save(state, _event, ctx) {
        expectTypeOf(ctx.auth).toEqualTypeOf<{ name: string }>();
        ctx.task(
          "load",
          async (signal) => {
            expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
            return 1;
          },
          (value) => expectTypeOf(value).toEqualTypeOf<number>(),
        );
        return { id: state.id };
      },
    },
    navigate(state, to, ctx) {
      expectTypeOf(state.id).toEqualTypeOf<number>();
      expectTypeOf(to.params.id).toEqualTypeOf<number>();
      expectTypeOf(to.query.page).toEqualTypeOf<string | undefined>();
      expectTypeOf(ctx.auth).toEqualTypeOf<{ name: string }>();
    },
    title: (state) => `${state.id}`,
    render: (state) => html`<p>${state.id}</p>`,
  });
  defineView({
    mount({ auth, query }) {
      expectTypeOf(auth).toEqualTypeOf<undefined>();
      expectTypeOf(query).toEqualTypeOf<Fields>();
      return {};
    },
    render: (_state, _bind, page) => {
      expectTypeOf(page.flash).toEqualTypeOf<readonly Flash[]>();
      // @ts-expect-error a view without hooks names none
      page.hook("Chart");
      return html`<p></p>`;
    },
  });
});

test("what cannot travel is no reply", () => {
  defineView({
    mount: () => ({}),
    on: {
      // @ts-expect-error a map of JavaScript is no wire value
      bad: () => new Map(),
    },
    render: () => html`<p></p>`,
  });
});

test("uploads and hooks are known by their names", () => {
  defineView({
    uploads: { avatar: { maxBytes: 1_000 }, papers: { maxFiles: 3 } },
    hooks: ["Chart"],
    mount: () => ({}),
    on: {
      save(_state, _event, ctx) {
        expectTypeOf(ctx.uploads.avatar).toEqualTypeOf<readonly UploadedFile[]>();
        // @ts-expect-error no such upload
        ctx.uploads.photo;
      },
    },
    render(_state, _bind, page) {
      expectTypeOf(page.uploads.papers).toEqualTypeOf<UploadField>();
      // @ts-expect-error no such upload
      page.uploads.photo;
      // @ts-expect-error no such hook
      page.hook("Map");
      return html`<input ${page.uploads.avatar.input()}><div ${page.hook("Chart")}></div>`;
    },
  });
  defineView({
    hooks: true,
    mount: () => ({}),
    render: (_state, _bind, page) => html`<p ${page.hook("Any")}></p>`,
  });
  defineView({
    // @ts-expect-error sizes are numbers
    uploads: { avatar: { maxBytes: "1 MB" } },
    mount: () => ({}),
    render: () => html`<p></p>`,
  });
});

test("a form knows its fields, their values and their choices from its schema", async () => {
  const schema = v.object({
    name: v.string(),
    age: v.number(),
    color: v.picklist(["red", "blue"]),
    tags: v.array(v.picklist(["a", "b"])),
  });
  const made = form(schema, { initial: { name: "", age: Number.NaN, color: "", tags: ["a"] } });
  expectTypeOf(made.values.age).toEqualTypeOf<number | undefined>();
  made.field("color").option("red");
  made.field("tags").choice("b");
  // @ts-expect-error not one of its values
  made.field("color").option("green");
  // @ts-expect-error not one of its items
  made.field("tags").choice("c");
  // @ts-expect-error no such field
  made.field("email");
  // @ts-expect-error a field that is not named is not read
  form(schema, { initial: { name: "", age: 0, color: "red" } });
  // @ts-expect-error a value of another type
  form(schema, { initial: { name: 1, age: 0, color: "red", tags: [] } });
  const sent = await made.submit({}, { invalid() {} });
  // @ts-expect-error there is no value before it is known to be valid
  sent.value;
  if (sent.isValid) expectTypeOf(sent.value).toEqualTypeOf<v.InferOutput<typeof schema>>();
});

test("the reader of busbar/multipart is one for live routes", () => {
  expectTypeOf(readMultipart).toExtend<MultipartReader>();
});

test("a channel of wire is a socket of app, and the other way round", () => {
  expectTypeOf<Channel>().toEqualTypeOf<SocketChannel>();
});

test("operations are typed by their code", () => {
  [0, 0, "text"] satisfies Operation;
  [1, [0, 3, 1], null] satisfies Operation;
  // @ts-expect-error an attribute is no number
  [1, 0, 5] satisfies Operation;
  // @ts-expect-error a splice says how many rows it takes out
  [4, 0, 1] satisfies Operation;
});
