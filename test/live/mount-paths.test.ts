import assert from "node:assert/strict";
import { test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { createApp, type HostRequest } from "../../lib/app/index.ts";
import { html } from "../../lib/html/index.ts";
import { defineView, liveRoute } from "../../lib/live/index.ts";
import {
  createChannelPair,
  decodeLiveFrame,
  encodeLiveFrame,
  type LiveFrame,
  NAV,
  PATCH,
} from "../../lib/wire/index.ts";
import { hostRequest } from "../app/requests.ts";
import { helloOf } from "../helpers/live.ts";
import { pageOf, settled } from "./site.ts";

test("under a mount path the page of the path itself is a place to go, and what only begins like it is not", async () => {
  const view = defineView({
    mount: () => ({}),
    navigate: () => {},
    render: (_state, _bind, { session }) => html`<p>${session.url}</p>`,
  });
  const app = createApp({ platform: nodePlatform });
  const route = liveRoute(app, "/:id?", view, { onReport: () => {} });
  const request = (): HostRequest => ({ ...hostRequest("GET", "/x", {}), base: "/app" });
  const page = pageOf(String((await app.handle(request()))?.body));
  const accept = await app.connect(request());
  assert.ok(typeof accept === "function");
  const [mine, theirs] = createChannelPair();
  let frames: LiveFrame[] = [];
  mine.onMessage((bytes) => void frames.push(decodeLiveFrame(bytes)));
  accept(theirs);
  mine.send(encodeLiveFrame(helloOf(page)));
  await settled();
  const goes: readonly (readonly [url: string, shown: string | undefined])[] = [
    ["/app", "/app/"],
    ["/app?x=1", "/app/?x=1"],
    ["/app/y", "/app/y"],
    ["/apple", undefined],
    ["/ap", undefined],
  ];
  for (const [at, [url, shown]] of goes.entries()) {
    frames = [];
    mine.send(encodeLiveFrame([NAV, at + 1, 0, url]));
    await settled();
    const expected = shown === undefined ? /LIVE_NO_NAVIGATION/ : /^\[\[14,/;
    assert.match(JSON.stringify(frames), expected, url);
    if (shown !== undefined) {
      const patch = frames.find(([type]) => type === PATCH);
      assert.ok(
        patch !== undefined && JSON.stringify(patch).includes(`"${shown}"`),
        `${url}: ${JSON.stringify(patch)}`,
      );
    }
  }
  route.close();
});
