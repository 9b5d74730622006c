import type { Context, Routes } from "../app/index.ts";
import { type Service, servePage, servePost } from "./http.ts";
import type { LiveRouteOptions } from "./route-options.ts";
import { serveSocket } from "./socket.ts";
import { createStore } from "./store.ts";
import type { View } from "./view.ts";

/** A running live route. @public */
export interface LiveRoute {
  /** Sessions that exist: rendered, connected and waiting. */
  readonly sessionCount: number;
  /** Asks every connected page to leave and come back after `retryAfterMs`, spread over as long again. */
  drain(reason: string, retryAfterMs: number): void;
  /** Ends every session and lets none join. */
  close(): void;
}

/**
 * Serves a live view at a path: GET is the whole page, POST runs an event without JavaScript, a socket at the same URL makes it live.
 * @param app - An app or a group; its middleware runs for all three.
 * @throws CodedError what `app.get` throws. Requests throw `APP_NO_PLATFORM` when the app has no platform.
 * @example
 * ```ts
 * liveRoute(app, "/counter", counter, { layout: (content) => html`<!doctype html>...${content}${scripts.tag("busbar-live")}` });
 * acceptSockets(server, app);
 * ```
 * @public
 */
export function liveRoute<Prefix extends string>(
  app: Pick<Routes<Prefix>, "get" | "post" | "socket">,
  path: string,
  view: View,
  options: LiveRouteOptions = {},
): LiveRoute {
  const store = createStore(view, options);
  const service: Service = { view, options, store };
  const routes = app as unknown as Pick<Routes, "get" | "post" | "socket">; // cast: the prefix is in the type of params alone
  // casts: the view's schema checks params, not the pattern
  routes.get(path, (c) => servePage(service, c as Context));
  routes.post(path, (c) => servePost(service, c as Context));
  routes.socket(path, (c, channel) => serveSocket(service, c as Context, channel));
  return {
    get sessionCount() {
      return store.all.size;
    },
    drain(reason, retryAfterMs) {
      for (const session of store.all.values()) session.drain(reason, retryAfterMs);
    },
    close: store.close,
  };
}
