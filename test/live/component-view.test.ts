import assert from "node:assert/strict";
import * as v from "valibot";
import { test } from "vitest";
import { type Html, html, spread } from "../../lib/html/index.ts";
import { component, componentView, type HandlerAttributes, refuse } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { EVENT, type LiveFrame, NAV, PATCH } from "../../lib/wire/index.ts";
import { settled, startSite } from "./site.ts";

interface RoomProps {
  readonly room: string;
  readonly user: string;
}
const bound = (attributes: HandlerAttributes) => spread({ ...attributes });

function Room(input: RoomProps): Html {
  return component(Room, input, (props, { on, live }) => {
    const count = signal(0);
    const loaded = signal("");
    const load = () =>
      live?.task(
        "load",
        async () => `loaded ${props.room}`,
        (text) => loaded.set(text),
      );
    const late = () => live?.after(1_000, () => count.set(100));
    return () =>
      html`<h1>${props.room} ${props.user}</h1><b ${bound(on.click(() => count.update((n) => n + 1)))}>${count.get()}</b><i
        ${bound(on.click(() => void load()))} ${bound(on.input(() => void late()))}>${loaded.get()}</i>`;
  });
}

const view = componentView(Room, {
  params: v.object({ id: v.string() }),
  query: v.object({ user: v.optional(v.string(), "nobody") }),
  onMount: ({ params, query }) => (params.id === "secret" ? refuse() : query.user.toUpperCase()),
  props: ({ params, auth }) => ({ room: params.id, user: auth }),
  navigates: true,
  title: (props) => `Room ${props.room}`,
});
const texts = (frames: LiveFrame[]): string => JSON.stringify(frames.filter((frame) => frame[0] === PATCH));

test("components have visitors, titles, timers and tasks, and keep their state when the page goes elsewhere", async () => {
  const site = startSite(view, { path: "/x/:id" });
  assert.equal((await site.get("/x/secret")).status, 403);
  const page = await site.get("/x/a?user=ann");
  assert.match(page.text, /<title>Room a<\/title>.*a<!--\]--> <!--\[-->ANN/s);
  const visitor = await site.visit("/x/a?user=ann");
  await visitor.send([EVENT, 1, 0, 0, { id: 0 }]);
  assert.match(texts(visitor.take()), /"1"/);
  await visitor.send([NAV, 2, 1, "/x/b?user=bob"]);
  const moved = texts(visitor.take());
  assert.match(moved, /"b"/);
  assert.match(moved, /"BOB"/);
  assert.match(moved, /"Room b"/);
  await visitor.send([EVENT, 3, 2, 0, { id: 1 }]);
  await settled();
  assert.match(texts(visitor.take()), /loaded b/);
  await visitor.send([EVENT, 4, 2, 0, { id: 2 }], [EVENT, 5, 2, 0, { id: 0 }]);
  assert.match(texts(visitor.take()), /"2"/);
  await site.clock.advance(1_000);
  assert.match(texts(visitor.take()), /"100"/);
});
