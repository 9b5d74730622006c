import * as v from "valibot";
import { expectTypeOf, test } from "vitest";
import type { SocketChannel } from "../../lib/app/index.ts";
import { html, type Spread } from "../../lib/html/index.ts";
import { defineView } from "../../lib/live/index.ts";
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
} from "../../lib/live/states.ts";
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
      // @ts-expect-error not an event of the page
      bind.clear("hover");
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
