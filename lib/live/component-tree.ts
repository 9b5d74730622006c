import { type ContextKey, contextKey, type HtmlValue, provide } from "../html/index.ts";
import { batch, type Scope } from "../signals/index.ts";
import type { WireMap, WireValue } from "../wire/index.ts";
import type { DomEvent } from "./bind.ts";
import type { ComponentEvent, ComponentHandler, HandlerAttributes } from "./component-types.ts";
import type { LiveContext } from "./context-types.ts";

/** Makes the attributes of a handler's number. */
export type BindHandler = (event: DomEvent, id: number) => HandlerAttributes;

type Command = readonly [name: string, ...args: WireValue[]];

/** One component in a page, as its place knows it. */
export interface Standing {
  /** The render that came by last. */
  pass: number;
  /** What it renders. */
  readonly place: Place;
  /** Runs `f` with handlers bound at a place. */
  at<T>(place: Place, f: () => T): T;
  /** What it shows with these props. */
  render(props: object): HtmlValue;
  end(): void;
}

/** The place a component stands at, for those below it. */
export const PLACE: ContextKey<Place | undefined> = contextKey<Place | undefined>("component", undefined);

/**
 * The components of one session. State belongs to a place: the component's kind, and which of that kind it is among its parent's, or
 * its row's. Places that a render did not come by are gone.
 */
export class ComponentTree {
  /** `undefined` where there is no session: nothing runs but setups. */
  readonly own: Scope | undefined;
  /** What a component may ask of its session. */
  readonly live: LiveContext | undefined;
  readonly root: Place;
  readonly handlers: Map<number, ComponentHandler> = new Map();
  pass = 0;
  bind: BindHandler | undefined;
  /** Of the event that is being handled. */
  command: ((...command: Command) => void) | undefined;
  private readonly waiting: Command[] = [];
  private nextHandler = 0;
  private nextId = 0;

  constructor(own: Scope | undefined, live?: LiveContext) {
    this.own = own;
    this.live = live;
    this.root = new Place(this);
  }

  /** A render of everything, put into a page by whoever walks what this returns. */
  render(content: () => HtmlValue): HtmlValue {
    this.pass++;
    // The walk is synchronous and follows at once; when it is over, what it did not come by is gone.
    if (this.own !== undefined) queueMicrotask(() => this.root.sweep());
    return this.root.around(content);
  }

  /** Runs a handler; numbers nobody has, or has any more, do nothing. */
  call(id: unknown, fields: WireMap, command: (...command: Command) => void): unknown {
    const handler = typeof id === "number" ? this.handlers.get(id) : undefined;
    this.command = command;
    for (const waiting of this.waiting.splice(0)) command(...waiting);
    return handler === undefined ? undefined : batch(() => handler(eventOf(fields)));
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

function eventOf(fields: WireMap): ComponentEvent {
  const { value, checked } = fields;
  return { value: typeof value === "string" ? value : "", checked: checked === true, fields };
}

/** Where components stand: what a component renders, or a row of it. */
export class Place {
  readonly tree: ComponentTree;
  private readonly owner: Standing | undefined;
  private readonly counts = new Map<object, number>();
  private readonly instances = new Map<object, Standing[]>();
  private readonly parts = new Map<string, Place>();
  /** Numbers of handlers by what they are, kept as long as the place. */
  private readonly numbers = new Map<string, number>();
  /** Handlers of the render before this one go when the next begins. */
  private bound: number[] = [];
  private readonly seen = new Map<string, number>();
  private pass = 0;

  constructor(tree: ComponentTree, owner?: Standing) {
    this.tree = tree;
    this.owner = owner;
  }

  /** Content whose components stand here. */
  around(content: () => HtmlValue): HtmlValue {
    return provide(PLACE, this, () => {
      this.begin();
      return content();
    });
  }

  begin(): void {
    this.pass = this.tree.pass;
    this.counts.clear();
    this.seen.clear();
    for (const id of this.bound.splice(0)) this.tree.handlers.delete(id);
  }

  /** The component of this kind whose turn it is. */
  instance(type: object, make: (tree: ComponentTree) => Standing): Standing {
    const index = this.counts.get(type) ?? 0;
    this.counts.set(type, index + 1);
    const all = this.instances.get(type) ?? [];
    this.instances.set(type, all);
    const found = all[index] ?? make(this.tree);
    all[index] = found;
    found.pass = this.tree.pass;
    return found;
  }

  /** A row, or another part with a key. */
  part(key: string): Place {
    const found = this.parts.get(key) ?? new Place(this.tree, this.owner);
    this.parts.set(key, found);
    return found;
  }

  /** Runs `f`, which makes a part: handlers it binds are the part's. */
  inside<T>(part: Place, f: () => T): T {
    return this.owner === undefined ? f() : this.owner.at(part, f);
  }

  /** Binds a handler: the same one, at the same place, keeps its number from render to render. */
  register(event: DomEvent, handler: ComponentHandler, name: string | undefined): HandlerAttributes {
    const look = `${event} ${name ?? handler.toString()}`;
    const count = this.seen.get(look) ?? 0;
    this.seen.set(look, count + 1);
    const key = `${count} ${look}`;
    const id = this.numbers.get(key) ?? this.tree.handlerId();
    this.numbers.set(key, id);
    this.tree.handlers.set(id, handler);
    this.bound.push(id);
    return this.tree.bind?.(event, id) ?? {};
  }

  /** Ends what the last render did not come by. */
  sweep(): void {
    const { pass } = this.tree;
    for (const [type, all] of this.instances) {
      const kept = all.filter((instance) => instance.pass === pass);
      for (const instance of all) if (instance.pass !== pass) instance.end();
      for (const instance of kept) instance.place.sweep();
      if (kept.length === 0) this.instances.delete(type);
      else this.instances.set(type, kept);
    }
    for (const [key, part] of this.parts) {
      if (part.pass === pass) part.sweep();
      else {
        part.end();
        this.parts.delete(key);
      }
    }
  }

  end(): void {
    for (const id of this.bound.splice(0)) this.tree.handlers.delete(id);
    for (const all of this.instances.values()) for (const instance of all) instance.end();
    for (const part of this.parts.values()) part.end();
    this.instances.clear();
    this.parts.clear();
  }
}
