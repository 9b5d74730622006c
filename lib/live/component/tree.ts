import { type HtmlValue, use } from "../../html/index.ts";
import { PART, READ } from "../../pool/index.ts";
import { batch, type Scope, type Signal, signal } from "../../signals/index.ts";
import type { WireMap, WireValue } from "../../wire/index.ts";
import type { LiveContext, SessionInfo } from "../view/context-types.ts";
import { type BindHandler, type BoundHandler, PLACE, Place, type Standing, type Tree } from "./place.ts";
import type { ComponentEvent } from "./types.ts";

type Command = readonly [name: string, ...args: WireValue[]];

/**
 * The components of one session. State belongs to a place: the component's kind, and which of that kind it is among its parent's, or
 * its row's. Places that a render did not come by are gone.
 */
export class ComponentTree implements Tree {
  readonly own: Scope | undefined;
  readonly live: LiveContext | undefined;
  /** Path and query of the page: those who read it are evaluated when it goes elsewhere. */
  readonly address: Signal<string>;
  readonly root: Place;
  readonly handlers: Map<number, BoundHandler> = new Map();
  pass = 0;
  evaluated: Standing | undefined = undefined;
  private readonly begun: Set<Place> = new Set();
  bind: BindHandler | undefined;
  /** Of the event that is being handled. */
  command: ((...command: Command) => void) | undefined;
  private readonly waiting: Command[] = [];
  private nextHandler = 0;
  private nextId = 0;

  constructor(own: Scope | undefined, live?: LiveContext) {
    this.own = own;
    this.live = live;
    this.address = signal(live?.session.url ?? "");
    this.root = new Place(this);
  }

  /** What components know of the session. */
  get session(): SessionInfo {
    const { live, address } = this;
    return {
      id: live?.session.id ?? "",
      get url() {
        return address.get();
      },
    };
  }

  /**
   * A render of everything, put into a page by whoever walks what this returns. What `content` itself reads is followed apart, so that components it gives nothing
   * else stay as they are.
   */
  render(content: () => HtmlValue): HtmlValue {
    this.pass++;
    const whole = new Whole(() => this.root.around(content));
    return use(PLACE, () => whole); // what stands in a hole itself is read with what is around it
  }

  /** The walk of a place that is rendered anew is synchronous and follows at once; when it is over, what it did not come by is gone. */
  begin(place: Place): void {
    if (this.own === undefined) return;
    if (this.begun.size === 0) queueMicrotask(() => this.sweep());
    this.begun.add(place);
  }

  private sweep(): void {
    const places = [...this.begun];
    this.begun.clear();
    for (const place of places) place.sweep();
  }

  /** Runs a handler; numbers nobody has, or has any more, do nothing. */
  call(id: unknown, fields: WireMap, command: (...command: Command) => void): unknown {
    const bound = typeof id === "number" ? this.handlers.get(id) : undefined;
    this.command = command;
    for (const waiting of this.waiting.splice(0)) command(...waiting);
    if (bound === undefined) return undefined;
    const touch = (): void => bound.owner?.touch();
    const result = batch(() => {
      try {
        return bound.run(eventOf(fields));
      } finally {
        touch();
      }
    });
    return result instanceof Promise ? result.finally(touch) : result;
  }

  handlerId(): number {
    return this.nextHandler++; // never reused: a late click must not hit another handler
  }

  elementId(): string {
    return `bus-${this.nextId++}`;
  }

  send(...command: Command): void {
    if (this.command === undefined) this.waiting.push(command);
    else this.command(...command);
  }
}

/** What stands around all components of a page. */
class Whole {
  private readonly content: () => HtmlValue;

  constructor(content: () => HtmlValue) {
    this.content = content;
  }

  [READ](): HtmlValue {
    return this.content();
  }

  [PART](read: () => void): void {
    read();
  }
}

function eventOf(fields: WireMap): ComponentEvent {
  const { value, checked } = fields;
  return { value: typeof value === "string" ? value : "", checked: checked === true, fields };
}
