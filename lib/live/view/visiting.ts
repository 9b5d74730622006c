import type { MaybePromise } from "../../app/index.ts";
import { createBind } from "../bind.ts";
import type { Flash } from "../flash.ts";
import { failed, type HandlerResult } from "../handler.ts";
import { isRefusal, type Refusal } from "../refusal.ts";
import type { Visit } from "../route/visit-types.ts";
import type { Occasion } from "./context-types.ts";
import { HandlingContext } from "./contexts.ts";
import type { Lasting } from "./host.ts";
import type { Mount } from "./mount.ts";
import type { ViewRunOptions } from "./run-types.ts";

/** What lets visitors in and takes them elsewhere. */
export interface VisitingHost {
  readonly options: ViewRunOptions;
  readonly lasting: Lasting & { readonly info: { url: string } };
  readonly mounted: Mount | undefined;
  readonly isAsleep: boolean;
  wake(): Promise<boolean>;
}

/** Who a session belongs to, and where its page is. */
export class Visiting {
  /** Parameters and query of the page. */
  place: Pick<Visit, "params" | "query">;
  /** Bindings of the page. */
  bind: Readonly<Record<string, unknown>>;
  private readonly host: VisitingHost;
  /** Of the socket that joined last; a page that was loaded goes nowhere, and its request need not be kept. */
  private visit: Visit | undefined = undefined;

  constructor(host: VisitingHost) {
    const { params, query, bind } = host.options;
    this.host = host;
    this.place = { params, query: query ?? {} };
    this.bind = bind;
  }

  /** As `admit` of a `ViewRun`. */
  admit(visit: Visit, occasion: Occasion): MaybePromise<Refusal | undefined> {
    const { host } = this;
    const { info } = host.lasting;
    const keep = (auth: unknown): MaybePromise<Refusal | undefined> => {
      if (isRefusal(auth)) return auth;
      // What sleeps was mounted for the address it was left at.
      if (host.isAsleep && visit.url !== info.url) return host.wake().then(() => keep(auth));
      const { params, query } = visit;
      if (occasion === "join") this.visit = visit;
      this.place = { params, query };
      host.lasting.auth = auth;
      if (visit.url !== info.url && host.mounted !== undefined)
        return this.show(visit, 0, 0).then(rethrow).finally(host.options.changed);
      info.url = visit.url;
      return undefined;
    };
    const answer = this.ask(visit, occasion);
    return answer instanceof Promise ? answer.then(keep) : keep(answer);
  }

  /** As `navigate` of a `ViewRun`. */
  async navigate(url: string, ref: number, epoch: number): Promise<HandlerResult> {
    const { options: run, lasting } = this.host;
    if (run.view.navigate === undefined) return { code: "LIVE_NO_NAVIGATION" };
    try {
      const visit = await this.visit?.go(url);
      const auth = visit && (await this.ask(visit, "navigate"));
      if (visit === undefined || isRefusal(auth)) return { code: "LIVE_NO_NAVIGATION" };
      const { visit: before, place } = this;
      const { auth: authBefore } = lasting;
      this.visit = visit;
      lasting.auth = auth;
      const failure = await this.show(visit, ref, epoch);
      if (failure === undefined) return { reply: visit.token(lasting.info.id) };
      if (this.visit !== visit) return failure; // someone has joined meanwhile
      this.visit = before;
      this.place = place;
      lasting.auth = authBefore;
      return failure;
    } catch (error) {
      return failed(error);
    }
  }

  /** Messages for another page, as text. */
  seal(items: readonly Flash[], url: string): string | undefined {
    return this.visit?.seal(items, url);
  }

  private ask({ c, url, params, query }: Visit, occasion: Occasion): MaybePromise<unknown> {
    const { options: run, lasting } = this.host;
    return run.view.onMount?.({ request: c, url, params, query, occasion, session: lasting.info });
  }

  /** Runs the view's `navigate`; what is there after it is the page of that address. */
  private async show(visit: Visit, ref: number, epoch: number): Promise<HandlerResult> {
    const { options: run, lasting } = this.host;
    const { view } = run;
    const mounted = this.host.mounted;
    if (mounted === undefined) return { code: "LIVE_CLOSED" };
    const { own, host, state } = mounted;
    const { url, params, query } = visit;
    lasting.messages?.dropOld();
    lasting.messages?.age();
    const drawing = mounted.begin(view.hasParts); // parts are given what is another there
    try {
      await own.run(() => view.navigate?.(state, { url, params, query }, new HandlingContext(host, ref, epoch)));
      const names = view.handlers.map(({ name }) => name);
      this.place = { params, query };
      lasting.info.url = url;
      this.bind = createBind(names, url);
      return undefined;
    } catch (error) {
      return failed(error);
    } finally {
      mounted.over(drawing);
    }
  }
}

function rethrow(result: HandlerResult): undefined {
  if (result !== undefined && "error" in result) throw result.error;
  return undefined;
}
