import { CodedError } from "../../errors/index.ts";
import type { Scope } from "../../signals/index.ts";
import type { WireValue } from "../../wire/index.ts";
import type { FlashList } from "../flash.ts";
import type { Topics } from "../persist/topics.ts";
import type { UploadedFiles } from "../upload/types.ts";
import type { Uploads } from "../upload/uploads.ts";
import type { EventContext, LiveContext, MountContext, NavigateOptions, SessionInfo } from "./context-types.ts";
import type { Tasks } from "./tasks.ts";
import type { TemporaryValues } from "./temporary.ts";

const MAX_URL = 8_192;

/** What contexts are made from: the session's own things, made where they are first asked for. */
export interface ContextHost {
  readonly info: SessionInfo;
  readonly own: Scope;
  /** The same for who writes a view: what its cleanups fail with later is reported. */
  readonly patientOwn: Scope;
  readonly auth: unknown;
  readonly flash: FlashList;
  readonly tasks: Tasks;
  readonly uploads: Uploads | undefined;
  readonly topics: Topics;
  readonly temporaries: TemporaryValues;
  /** Tells the page. */
  command(name: string, args: readonly WireValue[]): void;
  /** The event that is handled now has failed in a way its page shows. */
  invalid(): void;
}

/** What `mount`, handlers and `navigate` have in common. Getters, so that each can be taken out by name and none is made for nothing. */
class RunContext implements LiveContext {
  protected readonly host: ContextHost;

  constructor(host: ContextHost) {
    this.host = host;
  }

  get session(): SessionInfo {
    return this.host.info;
  }
  get signal(): AbortSignal {
    return this.host.own.signal;
  }
  get after(): LiveContext["after"] {
    return (ms, f) => this.host.tasks.after(ms, f);
  }
  get every(): LiveContext["every"] {
    return (ms, f) => this.host.tasks.every(ms, f);
  }
  get task(): LiveContext["task"] {
    return (name, f, done) => this.host.tasks.task(name, f, done);
  }
  get command(): LiveContext["command"] {
    return (name, ...args) => this.host.command(name, args);
  }
  get focus(): LiveContext["focus"] {
    return (selector) => this.host.command("bus:focus", [selector]);
  }
  get scroll(): LiveContext["scroll"] {
    return (selector) => this.host.command("bus:scroll", [selector]);
  }
  get download(): LiveContext["download"] {
    return (url) => this.host.command("bus:download", [checkUrl(url)]);
  }
  get title(): LiveContext["title"] {
    return (text) => this.host.command("bus:title", [text]);
  }
  get navigate(): LiveContext["navigate"] {
    return (url, { replace = false }: NavigateOptions = {}) =>
      this.host.command("bus:navigate", [checkUrl(url), replace]);
  }
  get flash(): LiveContext["flash"] {
    return (kind, text) => this.host.flash.add(kind, text);
  }
  get clearFlash(): LiveContext["clearFlash"] {
    return () => this.host.flash.clear();
  }
  get publish(): LiveContext["publish"] {
    return (topic, value) => this.host.topics.publish(topic, value);
  }
}

/** What a component gets: its timers and tasks tell of what they have changed, and the address of the page of itself, so that nothing else is evaluated. */
class ComponentContext extends RunContext {
  private readonly followed: SessionInfo;
  private readonly tell: () => void;

  constructor(host: ContextHost, followed: SessionInfo, tell: () => void) {
    super(host);
    this.followed = followed;
    this.tell = tell;
  }

  override get session(): SessionInfo {
    return this.followed;
  }

  override get after(): LiveContext["after"] {
    return (ms, f) => this.host.tasks.after(ms, f, this.tell);
  }
  override get every(): LiveContext["every"] {
    return (ms, f) => this.host.tasks.every(ms, f, this.tell);
  }
  override get task(): LiveContext["task"] {
    return (name, f, done) => this.host.tasks.task(name, f, done, this.tell);
  }
}

/** What `mount` gets. */
export class MountingContext extends RunContext implements MountContext<unknown, unknown, unknown> {
  readonly params: unknown;
  readonly query: unknown;

  constructor(host: ContextHost, params: unknown, query: unknown) {
    super(host);
    this.params = params;
    this.query = query;
  }

  /**
   * The same for a component.
   * @param session - Tells who reads its address when that is another.
   * @param tell - Says that the component may have changed.
   */
  forComponent(session: SessionInfo, tell: () => void): LiveContext {
    return new ComponentContext(this.host, session, tell);
  }
  get auth(): unknown {
    return this.host.auth;
  }
  get own(): Scope {
    return this.host.patientOwn;
  }
  get subscribe(): MountContext<unknown>["subscribe"] {
    return (topic, f) => this.host.topics.subscribe(topic, f);
  }
  get temporary(): MountContext<unknown>["temporary"] {
    return (initial) => this.host.temporaries.make(initial);
  }
}

/** What a handler gets. */
export class HandlingContext extends RunContext implements EventContext {
  private readonly ref: number;
  private readonly epoch: number;

  constructor(host: ContextHost, ref: number, epoch: number) {
    super(host);
    this.ref = ref;
    this.epoch = epoch;
  }

  get eventId(): string {
    return `${this.host.info.id}.${this.epoch}.${this.ref}`;
  }
  get auth(): unknown {
    return this.host.auth;
  }
  get uploads(): UploadedFiles<unknown> {
    return this.host.uploads?.whole() ?? {};
  }
  get cancelUpload(): EventContext["cancelUpload"] {
    return (id) => this.host.uploads?.drop(id);
  }
  get invalid(): EventContext["invalid"] {
    return () => this.host.invalid();
  }
}

/** Browsers read a backslash as a slash, and leave tabs and line breaks out: none of them may lead to another site. */
export function checkUrl(url: string): string {
  if (url.length <= MAX_URL && /^\/(?![/\\])[^\p{Cc}]*$/u.test(url)) return url;
  throw new CodedError("LIVE_BAD_URL", "an address that is no path of this site, or too long");
}
