import type { Context, Routes } from "../../app/index.ts";
import type { SessionTelemetry } from "../session/telemetry.ts";
import type { View } from "../view/view.ts";
import { EventStreams } from "./event-stream.ts";
import { servePage, servePost } from "./http.ts";
import type { LiveRouteOptions } from "./options.ts";
import { asksTemplates, serveTemplates } from "./serve-templates.ts";
import type { Service } from "./service.ts";
import { serveSocket } from "./socket.ts";
import { createStore } from "./store.ts";

/** A running live route. @public */
export interface LiveRoute {
  /** Sessions that exist: rendered, connected and waiting. */
  readonly sessionCount: number;
  /**
   * Asks every connected page to leave and come back after `retryAfterMs`, spread over as long again.
   * @param overMs - Ask one after the other, by chance, within this time, so that they do not all leave at once. @defaultValue 0
   */
  drain(reason: string, retryAfterMs: number, overMs?: number): void;
  /** What the sessions that exist have done; empty without the `telemetry` option. */
  telemetry(): readonly SessionTelemetry[];
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
  const store = createStore(view, options, path);
  const service: Service = { view, options, store };
  const routes = app as unknown as Pick<Routes, "get" | "post" | "socket">; // cast: the prefix is in the type of params alone
  // casts: the view's schema checks params, not the pattern
  const streams = new EventStreams(service);
  routes.get(path, (c: Context) => {
    if (streams.isAsked(c)) return streams.open(c);
    return asksTemplates(c) ? serveTemplates(store.templateSets, c) : servePage(service, c);
  });
  routes.post(path, (c: Context) => (streams.isFrames(c) ? streams.take(c) : servePost(service, c)));
  routes.socket(path, (c, channel) => serveSocket(service, c as Context, channel));
  return {
    get sessionCount() {
      return store.all.size;
    },
    drain(reason, retryAfterMs, overMs = 0) {
      for (const session of store.all.values()) session.drain(reason, retryAfterMs, overMs);
    },
    telemetry: () => [...store.all.values()].flatMap(({ telemetry }) => telemetry ?? []),
    close: store.close,
  };
}
