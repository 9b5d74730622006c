import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { startLive } from "../../client/live/index.ts";
import { liveRoute } from "../../lib/live/index.ts";
import { type LiveServer, startServer } from "../helpers/live.ts";
import { press, until } from "../helpers/live-page-tools.ts";
import { DOM_CASES } from "./live-dom-cases.ts";

/* What the document keeps while a live view changes it, in jsdom: see live-dom-cases.ts. */

let server: LiveServer | undefined;
let stop: (() => void) | undefined;
beforeEach(() => {
  vi.stubGlobal("WebSocket", WebSocket);
  Object.assign(globalThis, { until, press });
});
afterEach(async () => {
  stop?.();
  await server?.stop();
});

test.each(DOM_CASES.filter(({ needs }) => needs === undefined))("$name", async ({ view, act, answer }) => {
  server = await startServer((app) => void liveRoute(app, "/view", view), { origins: () => true });
  const page = await (await fetch(`${server.url}/view`)).text();
  document.body.innerHTML = page.slice(page.indexOf("<body>") + 6, page.indexOf("</body>"));
  document.querySelector("[bus-live]")?.setAttribute("bus-live", `${server.url}/view`);
  const heard: string[] = [];
  const note = (event: Event): void => void heard.push(event.type);
  for (const name of ["connected", "disconnected", "error"]) document.addEventListener(`bus:live:${name}`, note);
  stop = startLive(document);
  await until(() => heard.length > 0);
  expect(await act()).toEqual(answer);
  expect(heard).toEqual(["bus:live:connected"]);
  for (const name of ["connected", "disconnected", "error"]) document.removeEventListener(`bus:live:${name}`, note);
});
