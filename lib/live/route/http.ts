import type { Context, HandlerResult, MaybePromise, RequestHeaders } from "../../app/index.ts";
import { isCodedError } from "../../errors/index.ts";
import { type PostedEvent, readPosted, withoutEvent } from "../bind.ts";
import type { Found } from "../persist/records.ts";
import { isBadSnapshot } from "../persist/unpack.ts";
import type { Refusal } from "../refusal.ts";
import type { Session } from "../session/types.ts";
import { readPostedForm } from "../upload/posted-files.ts";
import type { PostedFile } from "../upload/uploads.ts";
import type { Occasion } from "../view/context-types.ts";
import { plainLayout, rootHtml } from "./page.ts";
import { templatesOf } from "./serve-templates.ts";
import type { Service } from "./service.ts";
import type { Recalled } from "./store.ts";
import { toText } from "./token.ts";
import { createVisit } from "./visit.ts";
import type { Visit } from "./visit-types.ts";
import { markVisitor, secureOf } from "./visitor.ts";

export type { Service } from "./service.ts";

const FLASH = "bus-flash";

/** The whole page, held for its socket. */
export async function servePage(service: Service, c: Context): Promise<HandlerResult> {
  const { options, store } = service;
  const { postedMs = 600_000 } = options;
  const url = c.base + c.url;
  const plain = withoutEvent(url);
  // A link to us must not choose what the next form on the page will do.
  if (plain !== url) return c.redirect(plain, { status: 303 });
  const visit = await createVisit(service, c);
  if (visit === undefined) return c.text("Not found", 404);
  const entered = await enter(service, visit, "page");
  if ("kind" in entered) return refused(c, entered);
  return await keepOrClose(entered, () => {
    const { session, isKnown } = entered;
    takeFlash(visit, session);
    return writePage(service, visit, session, 200, isKnown ? postedMs : store.limits.holdMs);
  });
}

/** Runs the event a browser without JavaScript has posted, and sends it back to the page. */
export async function servePost(service: Service, c: Context): Promise<HandlerResult> {
  if (isForeignPost(c.request.headers)) return c.text("Forbidden", 403);
  const { view, options } = service;
  let form: Awaited<ReturnType<typeof readPostedForm>>;
  try {
    form = await readPostedForm(view, options.multipart, c);
  } catch (error) {
    if (!isCodedError(error) || !error.code.startsWith("LIVE_")) throw error;
    return c.text(error.code, 413);
  }
  const event = readPosted(c.base + c.url, form.fields);
  if (event === undefined) return c.text("No event", 400);
  const visit = await createVisit(service, c);
  if (visit === undefined) return c.text("Not found", 404);
  const entered = await enter(service, visit, "event");
  if ("kind" in entered) return refused(c, entered);
  return await keepOrClose(entered, () => {
    // The numbers of another build's page name other handlers here: none runs, and the page of this one takes its place.
    if (event.digest !== undefined && event.digest !== service.store.digest) {
      const { postedMs = 600_000 } = options;
      return writePage(service, visit, entered.session, 409, entered.isKnown ? postedMs : service.store.limits.holdMs);
    }
    return runPosted(service, visit, entered, event, form.files);
  });
}

/** A visitor's session: one that is kept for those without JavaScript, or a new one. */
interface Entered {
  readonly session: Session;
  readonly isKnown: boolean;
}

async function enter(service: Service, visit: Visit, occasion: Occasion): Promise<Entered | Refusal> {
  const { store } = service;
  const id = store.idOfCookie(visit.c, visit.url);
  if (id === undefined) return await enterAs(service, visit, occasion, undefined, undefined);
  return await store.inTurn(id, async () => {
    const { found }: Recalled =
      service.options.store === undefined ? {} : await store.recall(id, visit.url, visit.c.platform);
    const known = store.all.get(id);
    return await enterAs(
      service,
      visit,
      occasion,
      known?.kind === "rendered" ? known : undefined,
      known ? undefined : found && { ...found, id },
    );
  });
}

/**
 * @param known - The session, if it waits here.
 * @param found - What another process has left of it.
 */
async function enterAs(
  { store }: Service,
  visit: Visit,
  occasion: Occasion,
  known: Session | undefined,
  found: (Found & { readonly id: string }) | undefined,
): Promise<Entered | Refusal> {
  const { c, url } = visit;
  // One that has been joined is its page's, which may be open elsewhere.
  const left = found?.handled === 0 && found.seq === 0 && found.visitor === "" ? found : undefined;
  const session = known ?? store.add(left?.id ?? store.tokens(c).newId(), url, visit.params, c.platform);
  try {
    const refusal = await session.run.admit(visit, occasion);
    if (refusal === undefined && known === undefined)
      await (left === undefined ? session.open() : restore(session, left));
    if (refusal === undefined) return { session, isKnown: known !== undefined };
    if (known === undefined) session.dispatch({ kind: "close" });
    return refusal;
  } catch (error) {
    if (known === undefined) session.dispatch({ kind: "close" });
    throw error;
  }
}

/** A snapshot that does not fit is none. Events are named anew: this process does not know how many have been posted. */
async function restore(session: Session, found: Found): Promise<void> {
  try {
    await session.restore({ ...found, epoch: 0 });
  } catch (error) {
    if (!isBadSnapshot(error)) throw error;
    await session.open();
  }
}

/** Nobody knows a session whose first request came to nothing: it ends with it. */
async function keepOrClose(
  { session, isKnown }: Entered,
  answer: () => MaybePromise<HandlerResult>,
): Promise<HandlerResult> {
  try {
    return await answer();
  } finally {
    if (!isKnown && session.kind === "expired") session.dispatch({ kind: "close" });
  }
}

async function runPosted(
  service: Service,
  visit: Visit,
  { session, isKnown }: Entered,
  event: PostedEvent,
  files: readonly PostedFile[],
): Promise<HandlerResult> {
  const { options, store } = service;
  const { postedMs = 600_000 } = options;
  const { c } = visit;
  const { handler, args } = event;
  const { code, isInvalid, destination } = await session.post({ handler, args, files });
  if (code !== undefined) return c.text(code, 422);
  // Its page has joined meanwhile, and shows it.
  const isJoined = session.kind !== "expired" && session.kind !== "rendered";
  if (isJoined) session.dispatch({ kind: "invalidate" });
  // For this page alone, and only for those who post: the next GET finds the state this event has left.
  else if (!isKnown && !store.isClosed()) store.setCookie(c, session, postedMs);
  const isLeaving = destination !== undefined && destination !== visit.url;
  if (isInvalid && !isJoined && !isLeaving) return writePage(service, visit, session, 422, postedMs);
  if (!isJoined) hold(service, session, postedMs);
  if (isLeaving) return leave(visit, session, destination);
  return c.redirect(visit.url, { status: 303 });
}

/** To another page: what the event had to say goes along. */
function leave(visit: Visit, session: Session, destination: string): HandlerResult {
  const { c } = visit;
  const { flash } = session.run;
  const items = flash.young();
  if (items.length > 0) {
    flash.clear(); // shown there, and not here as well
    const text = visit.seal(items, destination);
    c.addHeader("set-cookie", `${FLASH}=${text}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax${secureOf(c)}`);
  }
  // Whole paths are the handler's own affair: they may lead out of the app's mount.
  return { status: 303, headers: [["location", destination]], body: null };
}

function takeFlash(visit: Visit, session: Session): void {
  const { c } = visit;
  const text = c.cookies[FLASH];
  if (text === undefined) return;
  for (const { kind, text: message } of visit.unseal(text)) session.run.flash.add(kind, message);
  c.addHeader("set-cookie", `${FLASH}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secureOf(c)}`);
}

function writePage(
  service: Service,
  { c, url }: Visit,
  session: Session,
  status: number,
  holdMs: number,
): HandlerResult {
  const { options, store, view } = service;
  const { layout = plainLayout } = options;
  const { run } = session;
  run.messages?.dropOld();
  const page = hold(service, session, holdMs);
  markVisitor(c, options);
  run.messages?.age();
  const token = toText(store.tokens(c).issue(session.id, url));
  const templates = templatesOf(page, url, options.templates !== "url");
  const content = rootHtml(view, url, page, token, store.build, templates);
  // A copy of this page, from a cache or a duplicated tab, would name a session that another page has.
  return c.html(layout(content, c, { title: page.title }), status, [["cache-control", "no-store"]]);
}

function hold({ store }: Service, session: Session, holdMs: number): ReturnType<Session["snapshot"]> {
  const page = session.snapshot(holdMs);
  if (store.isClosed()) session.dispatch({ kind: "close" });
  else store.hold(session);
  return page;
}

function refused(c: Context, { status, redirect }: Refusal): HandlerResult {
  return redirect === undefined ? c.text("Forbidden", status) : c.redirect(redirect, { status: 303 });
}

/** Whether another site's page made the browser post: an event has effects, and cookies come along. */
export function isForeignPost(headers: RequestHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (typeof site === "string") return site !== "same-origin" && site !== "none";
  const { origin } = headers;
  const host = headers[":authority"] ?? headers["host"]; // HTTP/2 has it in a field of its own
  if (typeof origin !== "string") return false; // no browser that omits both sends cookies across sites by POST
  if (!URL.canParse(origin)) return true;
  const { protocol, host: from } = new URL(origin);
  const here = `${protocol}//${host}`; // parsed too, as proxies write names in capitals and ports that go without saying
  return !URL.canParse(here) || new URL(here).host !== from;
}
