import { ACK, ADOPT, decodeLiveFrame, ERROR, EVENT, hashText, MOUNT, PATCH } from "../../../lib/wire/index.ts";
import { BrowserPage, type PageSocket, type SocketLink } from "./browser.ts";
import type { SimNode } from "./cluster.ts";
import { type SimControl, SimForm } from "./dom/elements.ts";
import { SimEvent } from "./dom/events.ts";
import type { SimElement } from "./dom/nodes.ts";
import type { SimDocument } from "./dom/window.ts";
import { EventsClient, type PageSource } from "./events.ts";
import type { Run } from "./observe.ts";
import type { Plan } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";
import { Owner, type Scheduler } from "./scheduler.ts";
import { type ClientEnd, Link, type Tap } from "./transport.ts";

/** What a tab needs of the world around it. */
export interface TabHost {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly path: string;
  /** Whether numbers of handlers are another session's own affair. */
  readonly isWhole: boolean;
  readonly blocked: Plan["blocked"];
  readonly latencyMs: () => number;
  /** The process this tab's connections reach; `undefined` when none answers. */
  node(tab: Tab): SimNode | undefined;
  tap(tab: Tab): Tap;
  /** Whether what was handled and could not be stored may be told so. */
  mayFail(): boolean;
  /** The page's script has taken a message. */
  taken(bytes: Uint8Array, document: SimDocument): void;
  failed(what: string, error?: unknown): void;
  log(line: string): void;
}

/** Something a user did with a bound element. */
interface Deed {
  readonly who: string;
  readonly tag: string | undefined;
  /** The form was on its way already, so this need not be sent. */
  readonly mayDrop: boolean;
  isSent: boolean;
}

/** An event the client has sent, by its ref. */
interface SentEvent {
  readonly who: string;
  readonly tag: string | undefined;
  end: "open" | "acknowledged" | "unknown";
  /** Its ref has been acknowledged, however it ended: until then its form takes no other. */
  isSettled?: boolean;
}

/** One page load: what its user did, and what is known to have become of it. */
export class Life {
  readonly owner: Owner = new Owner();
  /** What its last connection went to. */
  node: SimNode | undefined;
  readonly deeds: Deed[] = [];
  /** The event with ref n stands at n - 1. */
  readonly sent: SentEvent[] = [];
  readonly drafts: Map<string, { readonly value: string; readonly sessions: number }> = new Map();
  readonly session: string;
  readonly runs: Map<number, Run> = new Map();
  isJoined = false;
  /** Whether its latest MOUNT said that what was bound before means nothing now. */
  isRenewed = false;
  epoch = 0;
  /** How often it has joined another one than before, or got a whole page: it may come back to one it had left. */
  sessions = 0;
  /** Builds whose templates the page may hold. */
  readonly builds: Set<string> = new Set();
  link: Link | undefined;
  /** Its latest stream of events. */
  events: { readonly link: Link; readonly client: EventsClient } | undefined;
  page: BrowserPage | undefined;

  constructor(session: string) {
    this.session = session;
  }
}

/** A user with one tab. */
export class Tab {
  readonly name: string;
  readonly number: number;
  /** The node its connections go to. */
  node = 0;
  skewMs = 0;
  offlineUntilMs = 0;
  postsFailUntilMs = 0;
  life: Life | undefined;
  readonly lives: Life[] = [];
  private readonly host: TabHost;
  private acts = 0;
  private isLoading = false;

  constructor(number: number, host: TabHost) {
    this.number = number;
    this.name = `tab${number}`;
    this.host = host;
  }

  /** Loads the page, anew if it is there; tries again while nobody answers. */
  load(): void {
    if (this.isLoading) return;
    this.isLoading = true;
    this.leave();
    const { scheduler, latencyMs } = this.host;
    const again = (): void => void scheduler.after(500, request);
    const request = (): void => {
      const node = this.host.node(this);
      if (node === undefined || this.offlineUntilMs > scheduler.nowMs) {
        again();
        return;
      }
      let isOver = false;
      const once = (f: () => void): void => {
        if (!isOver) f();
        isOver = true;
      };
      scheduler.after(10_000, () => once(again)); // a process that dies over it answers nobody
      const { build } = node;
      node.get(this.host.path).then(
        (text) =>
          void scheduler.after(latencyMs(), () => once(() => (text === undefined ? again() : this.show(text, build)))),
        (error: unknown) => this.host.failed("the page could not be made", error),
      );
    };
    scheduler.after(latencyMs(), request);
  }

  /** The page goes; its socket with it. */
  leave(): void {
    const { life } = this;
    if (life === undefined) return;
    life.owner.isDead = true;
    life.link?.abandon();
    this.life = undefined;
  }

  /** Does something with one of the bound elements of the page. */
  act(pick: number): void {
    const { life } = this;
    const page = life?.page;
    if (life === undefined || page === undefined || life.owner.isFrozen) return;
    const random = createRandom(pick);
    const elements = page.document.querySelectorAll("[data-who]");
    const element = elements[random.below(elements.length)];
    if (element === undefined) return;
    const isClick = element.localName === "button";
    const tag = isClick ? undefined : `${this.name}-${++this.acts}`;
    const who = element.getAttribute("data-who") ?? "";
    this.host.log(`${this.name} ${who} ${tag ?? ""}`);
    const isUnderWay = (other: Deed): boolean => {
      return (
        other.who === who &&
        (!other.isSent || life.sent.some((event) => event.tag === other.tag && event.isSettled !== true))
      );
    };
    life.deeds.push({ who, tag, isSent: false, mayDrop: element instanceof SimForm && life.deeds.some(isUnderWay) });
    this.perform(element, tag, random.chance(0.5));
    for (const error of page.takeErrors()) this.host.failed("a listener threw", error);
  }

  private perform(element: SimElement, tag: string | undefined, isFocused: boolean): void {
    if (tag === undefined) {
      (element as SimControl).click();
      return;
    } // casts: so the views are made
    const control = (element instanceof SimForm ? element.querySelector("input") : element) as SimControl;
    if (isFocused) control.focus();
    control.value = tag;
    if (element instanceof SimForm) element.requestSubmit();
    else control.dispatchEvent(new SimEvent("input", { bubbles: true }));
  }

  /** Types what nobody is told. */
  draft(pick: number): void {
    const { life } = this;
    if (life?.page === undefined || life.owner.isFrozen) return;
    const random = createRandom(pick);
    const elements = life.page.document.querySelectorAll("[data-draft]") as SimControl[];
    const element = elements[random.below(elements.length)];
    if (element === undefined) return;
    if (random.chance(0.5)) element.focus();
    element.value = `draft ${++this.acts}`;
    this.host.log(`${this.name} types ${element.value}`);
    life.drafts.set(element.getAttribute("data-draft") ?? "", { value: element.value, sessions: life.sessions });
  }

  /** What is wrong now that all should be well; `undefined` while it is not over. */
  unsettled(): string | undefined {
    const { life } = this;
    if (life?.page === undefined) return "no page";
    if (!life.isJoined) return "not joined";
    if (life.link === undefined || !life.link.isOpen) return "no open link";
    if (life.link.travelling > 0) return "messages on their way";
    const unsent = life.deeds.find((deed) => !deed.isSent && !deed.mayDrop);
    if (unsent !== undefined) return `${unsent.who} ${unsent.tag ?? ""} was never sent`;
    const open = life.sent.findIndex((event) => event.end === "open");
    return open < 0 ? undefined : `event ${open + 1} (${life.sent[open]?.who}) is neither acknowledged nor unknown`;
  }

  private show(text: string, build: string): void {
    const { host } = this;
    this.isLoading = false;
    const body = /<body>(.*)<\/body>/s.exec(text)?.[1] ?? "";
    const token = /"token":"([^"]+)"/.exec(text)?.[1] ?? "";
    const life = new Life(btoa(atob(token).slice(0, 12)));
    life.builds.add(build);
    this.life = life;
    this.lives.push(life);
    host.log(`${this.name} shows a page of ${body.length}`);
    const page: BrowserPage = new BrowserPage(body, {
      scheduler: host.scheduler,
      random: host.random,
      owner: life.owner,
      skewMs: () => this.skewMs,
      path: host.path,
      connect: (_url, socket) => this.connect(life, socket),
      listen: (source) => this.listenTo(life, source),
      post: (headers, body) => this.post(life, headers, body),
      reload: () => host.scheduler.after(0, () => this.life === life && this.load()),
      complained: (parts) => host.failed(`the client complains: ${parts.join(" ")}`, parts[0]),
      threw: (error) => host.failed("the client threw", error),
    });
    life.page = page;
    this.hear(life, page);
  }

  private hear(life: Life, page: BrowserPage): void {
    const { host } = this;
    const on = (name: string, listener: (detail: never) => void): void => {
      page.document.addEventListener(`bus:live:${name}`, (event) => {
        this.host.log(`${this.name} ${name} ${JSON.stringify(event.detail ?? "")}`);
        listener(event.detail as never); // cast: what the client fires
      });
    };
    on("connected", () => {
      life.isJoined = true;
    });
    on("disconnected", () => {
      life.isJoined = false;
    });
    on("unknown", (detail: { readonly events: readonly unknown[] }) => {
      const lost = life.sent.filter((event) => event.end === "open");
      if (lost.length > detail.events.length) {
        this.host.failed(`${detail.events.length} events are said to be unknown, ${lost.length} are`);
      }
      for (const event of lost) {
        event.end = "unknown";
        event.isSettled = true;
      }
      for (const event of detail.events.slice(lost.length)) this.giveUp(life, event);
    });
    on("error", (detail: { readonly code: string; readonly ref: number }) => {
      // Who says HELLO too late is told so; that is no event's fault.
      const isLate = detail.code === "WIRE_BAD_LIVE_FRAME" && !life.isJoined;
      const known = ["LIVE_HANDLER_FAILED", "LIVE_REFUSED", "LIVE_EVENT_UNKNOWN"];
      if (host.mayFail()) known.push("LIVE_NOT_STORED", "LIVE_TAKEN_OVER", "LIVE_CRASHED");
      if (!isLate && !known.includes(detail.code)) {
        this.host.failed(`the client is told ${detail.code}`);
      }
    });
  }

  /** What was never sent is given up only where it could be taken for something else. */
  private giveUp(life: Life, event: unknown): void {
    const { tag, value } = (event ?? {}) as { readonly tag?: unknown; readonly value?: unknown }; // cast: nothing is believed of it
    const deed = life.deeds.find((other) => !other.isSent && other.tag === (tag ?? value));
    if (deed === undefined && life.events !== undefined && life.deeds.some((other) => other.tag === value)) return; // typed, and told again
    if (deed === undefined) this.host.failed(`${JSON.stringify(event)} is said to be unknown, and nobody did that`);
    else deed.isSent = true;
    // What waits behind a POST has been sent, as far as the script knows, and has not left.
    if (!life.isRenewed && life.events === undefined)
      this.host.failed("an event that was never sent is given up, and could have been");
  }

  private connect(life: Life, socket: PageSocket): SocketLink {
    const { scheduler, blocked } = this.host;
    const link =
      blocked === "sockets"
        ? undefined
        : this.join(
            life,
            (tap) => ({ tap, end: socketEnd(socket, (bytes) => this.taken(life, bytes)) }),
            (node, opened) => node.accept(this.host.path, opened),
          );
    if (link === undefined) {
      scheduler.after(this.host.latencyMs(), () => socket.closed(1006, ""), life.owner);
      return { send() {}, close: () => void scheduler.after(0, () => socket.closed(1006, ""), life.owner) };
    }
    scheduler.after(20_000, () => socket.readyState === 0 && socket.closed(1006, ""), life.owner);
    return { send: (bytes) => link.clientSends(bytes), close: (code, reason) => link.clientCloses(code, reason) };
  }

  /** Opens a stream of events; its POSTs take the same connection. */
  private listenTo(life: Life, source: PageSource): () => void {
    const { scheduler, blocked } = this.host;
    let client: EventsClient | undefined;
    const link =
      blocked === "streams"
        ? undefined
        : this.join(
            life,
            (tap) => {
              const made = new EventsClient(source, { ...tap, toClient: (bytes) => tap.toClient(bytes) });
              client = made;
              const end: ClientEnd = {
                opened: () => source.opened(),
                message: (bytes) => made.heard(bytes),
                closed: () => made.ended(),
              };
              return { tap: untapped, end };
            },
            (node, opened, tap) => node.listen(this.host.path, opened, tap),
          );
    if (link === undefined || client === undefined) {
      scheduler.after(20, () => source.failed(), life.owner);
      return () => {};
    }
    life.events = { link, client };
    return () => link.clientCloses(1000, "");
  }

  private async post(life: Life, headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<number> {
    const { scheduler, random, latencyMs } = this.host;
    const { events } = life;
    const later = (): Promise<number> =>
      new Promise((_, reject) => {
        scheduler.after(latencyMs(), () => reject(new TypeError("the network fails")), life.owner);
      });
    if (events === undefined) return later();
    const fails = scheduler.nowMs < this.postsFailUntilMs;
    if (fails && random.chance(0.5)) return later();
    const answer = events.client.post(events.link, headers["Bus-Live"] ?? "", body);
    if (!fails) return answer;
    answer.catch(() => {});
    return later(); // it arrives, and the answer does not
  }

  /** Reaches the process this tab's connections go to; `undefined` when none answers. */
  private join(
    life: Life,
    make: (tap: Tap) => { readonly tap: Tap; readonly end: ClientEnd },
    accept: (node: SimNode, link: Link, tap: Tap) => boolean,
  ): Link | undefined {
    const { host } = this;
    const { scheduler, random, latencyMs } = host;
    const node = host.node(this);
    if (node === undefined || this.offlineUntilMs > scheduler.nowMs) return undefined;
    const given = host.tap(this);
    const tap: Tap = {
      ...given,
      fromClient: (bytes) => {
        this.noteSent(life, bytes);
        return given.fromClient(bytes);
      },
      toClient: (bytes) => {
        const messages = given.toClient(bytes);
        for (const message of messages) this.noteTold(life, message, node);
        return messages;
      },
    };
    const made = make(tap);
    const link = new Link(
      {
        ...{ scheduler, random, latencyMs },
        client: life.owner,
        server: node.owner,
        log: host.log,
        threw: (error) => host.failed("a socket's listener threw", error),
        tap: made.tap,
      },
      made.end,
    );
    life.link = link;
    life.node = node;
    scheduler.after(latencyMs(), () => accept(node, link, tap) && link.accept(), node.owner);
    return link;
  }

  private taken(life: Life, bytes: Uint8Array): void {
    if (life.page !== undefined) this.host.taken(bytes, life.page.document);
  }

  /** Events are known by what the script sends, whether or not it arrives. */
  private noteSent(life: Life, bytes: Uint8Array): void {
    const frame = decodeLiveFrame(bytes);
    this.host.log(`${this.name} > ${frame[0]} ${bytes.length} ${hashOf(bytes)}`);
    if (frame[0] !== EVENT) return;
    const [, ref, , , args] = frame;
    const known = life.sent[ref - 1];
    if (known !== undefined) {
      // Behind a POST it may have waited while the answer to the one before it came.
      if (known.end !== "open" && life.events === undefined)
        this.host.failed(`event ${ref} (${known.who}) is ${known.end} and is sent again`);
      return;
    }
    // What waited behind a POST when its stream ended has never left, and has had a ref.
    while (life.events !== undefined && ref > life.sent.length + 1) {
      life.sent.push({ who: "lost", tag: undefined, end: "unknown" });
    }
    if (ref !== life.sent.length + 1) {
      this.host.failed(`event ${ref} is sent after event ${life.sent.length}`);
      return;
    }
    const { tag, value } = (args ?? {}) as { readonly tag?: unknown; readonly value?: unknown }; // cast: nothing is believed of it
    const said = tag ?? value;
    // What was typed is told again to a session that cannot know it.
    const deed =
      life.deeds.find((other) => !other.isSent && other.tag === said) ??
      life.deeds.find((other) => other.who === "typed" && other.tag === said && life.epoch !== 0);
    if (deed === undefined) {
      this.host.failed(`event ${ref} carries ${JSON.stringify(args)}, and nobody did that`);
      return;
    }
    deed.isSent = true;
    life.sent.push({ who: deed.who, tag: deed.tag, end: "open" });
  }

  /** What the server says was handled must have run. */
  private noteTold(life: Life, bytes: Uint8Array, node: SimNode): void {
    const { host } = this;
    const frame = decodeLiveFrame(bytes);
    host.log(`${this.name} < ${frame[0]} ${bytes.length} ${hashOf(bytes)}`);
    if (frame[0] === MOUNT || (frame[0] === ADOPT && frame[1] !== life.epoch)) life.sessions++;
    if (frame[0] === ADOPT) life.epoch = frame[1];
    if (frame[0] === MOUNT) {
      life.epoch = frame[1];
      life.isRenewed = frame[5] !== undefined;
      life.builds.add(node.build);
      if (life.isRenewed && !host.isWhole && life.builds.size === 1)
        host.failed("a page is told that it is of another build, and is not");
      return;
    }
    if (frame[0] === ERROR) {
      const event = life.sent[frame[2] - 1];
      if (event !== undefined && frame[1] === "LIVE_EVENT_UNKNOWN") event.end = "unknown";
      if (event !== undefined && (frame[1] === "LIVE_NOT_STORED" || frame[1] === "LIVE_TAKEN_OVER"))
        event.end = "unknown";
    }
    if (frame[0] !== PATCH && frame[0] !== ACK) return;
    const handled = frame[0] === PATCH ? frame[2] : frame[1];
    life.sent.slice(0, handled).forEach((event, index) => {
      event.isSettled = true;
      if (event.end !== "open") return;
      event.end = "acknowledged";
      // The component an event was for may be gone: then it does nothing.
      if (!event.who.startsWith("part:") && !this.hasRun(life, index + 1, event.tag)) {
        this.host.failed(`event ${index + 1} (${event.who}) is acknowledged and has not run`);
      }
    });
  }

  private hasRun(life: Life, ref: number, tag: string | undefined): boolean {
    return life.runs.has(ref) || [...life.runs.values()].some((run) => tag !== undefined && run.tag === tag);
  }
}

const untapped: Tap = {
  fromClient: (bytes) => [bytes],
  toServer: (bytes) => [bytes],
  fromServer: (bytes) => [bytes],
  toClient: (bytes) => [bytes],
};

function socketEnd(socket: PageSocket, taken: (bytes: Uint8Array) => void): ClientEnd {
  return {
    opened: () => socket.opened(),
    message: (bytes) => {
      socket.message(bytes);
      taken(bytes);
    },
    closed: (code, reason) => socket.closed(code, reason),
  };
}

function hashOf(bytes: Uint8Array): number {
  return hashText(String.fromCharCode(...bytes.subarray(0, 4096)));
}
