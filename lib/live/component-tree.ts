import { type ContextKey, contextKey, type HtmlValue, provide } from "../html/index.ts";
import { batch, computed, effect, type Scope, type Signal, scope, signal, untracked } from "../signals/index.ts";
import type { WireMap, WireValue } from "../wire/index.ts";
import type { DomEvent } from "./bind.ts";
import type {
  ComponentEvent,
  ComponentHandler,
  ComponentOwn,
  ElementRef,
  HandlerAttributes,
} from "./component-types.ts";

/** Makes the attributes of a handler's number. */
export type BindHandler = (event: DomEvent, id: number) => HandlerAttributes;

type Command = readonly [name: string, ...args: WireValue[]];

/** The place a component stands at, for those below it. */
export const PLACE: ContextKey<Place | undefined> = contextKey<Place | undefined>("component", undefined);

/**
 * The components of one session. State belongs to a place: the component's kind, and which of that kind it is among its parent's, or
 * its row's. Places that a render did not come by are gone.
 */
export class ComponentTree {
  /** `undefined` where there is no session: nothing runs but setups. */
  readonly own: Scope | undefined;
  readonly root: Place;
  readonly handlers: Map<number, ComponentHandler> = new Map();
  pass = 0;
  bind: BindHandler | undefined;
  /** Of the event that is being handled. */
  command: ((...command: Command) => void) | undefined;
  private readonly waiting: Command[] = [];
  private nextHandler = 0;
  private nextId = 0;

  constructor(own: Scope | undefined) {
    this.own = own;
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
  private readonly owner: Instance | undefined;
  private readonly counts = new Map<object, number>();
  private readonly instances = new Map<object, Instance[]>();
  private readonly parts = new Map<string, Place>();
  /** Numbers of handlers by what they are, kept as long as the place. */
  private readonly numbers = new Map<string, number>();
  /** Handlers of the render before this one go when the next begins. */
  private bound: number[] = [];
  private readonly seen = new Map<string, number>();
  private pass = 0;

  constructor(tree: ComponentTree, owner?: Instance) {
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
  instance(type: object, make: (tree: ComponentTree) => Instance): Instance {
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

/** One component in a page: its setup has run, its render runs again and again. */
export class Instance {
  readonly place: Place;
  pass = 0;
  /** Where handlers are bound right now: a row while it is made, else the place of the component. */
  current: Place;
  private readonly own: Scope | undefined;
  private readonly props: Signal<number>;
  private latest: object;
  private readonly output: () => HtmlValue;
  private isRendered = false;

  constructor(tree: ComponentTree, props: object, setup: (props: object, own: ComponentOwn) => () => HtmlValue) {
    this.place = new Place(tree, this);
    this.current = this.place;
    this.latest = props;
    this.props = signal(0);
    // Under the session and not under the render that came by: that ends what is made inside at its next run.
    this.own = tree.own?.run(() => scope(() => {}, { name: "component" }));
    const effects: (() => void)[] = [];
    const given = followedProps(() => {
      this.props.get();
      return this.latest;
    });
    const run = (): (() => HtmlValue) => setup(given, this.makeOwn(tree, effects));
    try {
      this.output = this.own === undefined ? untracked(run) : this.own.run(run);
      for (const start of effects) this.own?.run(start);
    } catch (error) {
      this.own?.dispose();
      throw error;
    }
  }

  render(props: object): HtmlValue {
    const isSame = sameData(this.latest, props);
    this.latest = props;
    if (!isSame) this.props.update((n) => n + 1);
    return this.place.around(() => {
      this.isRendered = true;
      return this.at(this.place, this.output);
    });
  }

  /** Runs `f` with handlers bound at a place. */
  at<T>(place: Place, f: () => T): T {
    const { current } = this;
    this.current = place;
    try {
      return f();
    } finally {
      this.current = current;
    }
  }

  end(): void {
    this.own?.dispose();
    this.place.end();
  }

  private makeOwn(tree: ComponentTree, effects: (() => void)[]): ComponentOwn {
    const { own } = this;
    const on =
      (event: DomEvent) =>
      (handler: ComponentHandler | null | undefined, name?: string): HandlerAttributes =>
        handler ? this.current.register(event, handler, name) : {};
    return {
      on: { click: on("click"), submit: on("submit"), input: on("input"), change: on("change") },
      effect(run, dependencies) {
        if (own === undefined) return;
        effects.push(() => {
          if (dependencies === undefined) {
            effect(run);
            return;
          }
          const values = computed(dependencies, { equals: sameItems });
          effect(() => {
            values.get();
            return untracked(run);
          });
        });
      },
      watch(read, run) {
        if (own === undefined) return;
        effects.push(() => {
          let before = untracked(read);
          effect(() => {
            const now = read();
            const old = before;
            before = now;
            if (!Object.is(old, now)) untracked(() => run(old, now));
          });
        });
      },
      onCleanup: (f) => own?.onCleanup(f),
      id: () => tree.elementId(),
      elementRef: (): ElementRef => {
        const id = tree.elementId();
        return {
          id,
          isNull: () => !this.isRendered,
          call: (method, ...args) => tree.send("call", id, method, ...args),
        };
      },
    };
  }
}

/** The props of the latest render, as an object whose reads are noted. */
function followedProps(read: () => object): object {
  return new Proxy(
    {},
    {
      get: (_target, name) => Reflect.get(read(), name),
      has: (_target, name) => Reflect.has(read(), name),
      ownKeys: () => Reflect.ownKeys(read()),
      getOwnPropertyDescriptor: (_target, name) => {
        const found = Reflect.getOwnPropertyDescriptor(read(), name);
        return found && { ...found, configurable: true };
      },
    },
  );
}

/** Functions are made anew by each render, and read when they are called: they are no change. */
function sameData(before: object, now: object): boolean {
  const names = Object.keys(now);
  if (names.length !== Object.keys(before).length) return false;
  return names.every((name) => {
    const [a, b]: unknown[] = [Reflect.get(before, name), Reflect.get(now, name)];
    return Object.is(a, b) || (typeof a === "function" && typeof b === "function");
  });
}

function sameItems(before: readonly unknown[], now: readonly unknown[]): boolean {
  return before.length === now.length && before.every((value, index) => Object.is(value, now[index]));
}
