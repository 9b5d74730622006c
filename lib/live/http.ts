import type { Context, HandlerResult, RequestHeaders } from "../app/index.ts";
import { type PostedEvent, readPosted, withoutEvent } from "./bind.ts";
import { plainLayout, rootHtml } from "./page.ts";
import { readParams } from "./params.ts";
import type { LiveRouteOptions } from "./route-options.ts";
import type { Session } from "./session.ts";
import type { SessionStore } from "./store.ts";
import { toText } from "./token.ts";
import type { View } from "./view.ts";

/** What serves one route. */
export interface Service {
  readonly view: View;
  readonly options: LiveRouteOptions;
  readonly store: SessionStore;
}

/** The whole page, held for its socket. */
export async function servePage(service: Service, c: Context): Promise<HandlerResult> {
  const { options, store } = service;
  const { layout = plainLayout, build = "", postedMs = 600_000 } = options;
  const url = c.base + c.url;
  const plain = withoutEvent(url);
  // A link to us must not choose what the next form on the page will do.
  if (plain !== url) return c.redirect(plain.slice(c.base.length), { status: 303 });
  const known = store.ofCookie(c, url);
  const session = known ?? (await openSession(service, c, url));
  if (session === undefined) return c.text("Not found", 404);
  const page = session.snapshot(known === undefined ? store.limits.holdMs : postedMs);
  if (store.isClosed()) session.dispatch({ kind: "close" });
  else store.hold(session);
  const token = toText(store.tokens(c.platform).issue(session.id, url));
  // A copy of this page, from a cache or a duplicated tab, would name a session that another page has.
  return c.html(layout(rootHtml(url, page, token, build), c), 200, [["cache-control", "no-store"]]);
}

/** Runs the event a browser without JavaScript has posted, and sends it back to the page. */
export async function servePost(service: Service, c: Context): Promise<HandlerResult> {
  const { options, store } = service;
  if (isForeignPost(c.request.headers)) return c.text("Forbidden", 403);
  const event = readPosted(c.base + c.url, await c.readForm());
  if (event === undefined) return c.text("No event", 400);
  const known = store.ofCookie(c, event.url);
  const session = known ?? (await openSession(service, c, event.url));
  if (session === undefined) return c.text("Not found", 404);
  return await runPosted(session, event, c, () => {
    const { postedMs = 600_000 } = options;
    // Its page has joined meanwhile, and shows it.
    if (session.kind !== "expired" && session.kind !== "rendered") return session.dispatch({ kind: "invalidate" });
    if (store.isClosed()) return session.dispatch({ kind: "close" });
    session.snapshot(postedMs);
    store.hold(session);
    // For this page alone, and only for those who post: the next GET finds the state this event has left.
    if (known === undefined) store.setCookie(c, session, postedMs);
  });
}

async function runPosted(session: Session, event: PostedEvent, c: Context, keep: () => void): Promise<HandlerResult> {
  const code = await session.post(event.handler, event.args);
  if (code !== undefined) return c.text(code, 422);
  keep();
  return c.redirect(event.url.slice(c.base.length), { status: 303 });
}

async function openSession({ view, store }: Service, c: Context, url: string): Promise<Session | undefined> {
  const params = await readParams(view, c);
  if (params === undefined) return undefined;
  const session = store.add(store.tokens(c.platform).newId(), url, params.value, c.platform);
  try {
    await session.open();
  } catch (error) {
    session.dispatch({ kind: "close" });
    throw error;
  }
  return session;
}

/** Whether another site's page made the browser post: an event has effects, and cookies come along. */
function isForeignPost(headers: RequestHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (typeof site === "string") return site !== "same-origin" && site !== "none";
  const { origin, host } = headers;
  if (typeof origin !== "string") return false; // no browser that omits both sends cookies across sites by POST
  return URL.canParse(origin) ? new URL(origin).host !== host : true;
}
