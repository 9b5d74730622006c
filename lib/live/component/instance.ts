import type { HtmlValue } from "../../html/index.ts";
import { PART, READ } from "../../pool/index.ts";
import { computed, effect, type Scope, type Signal, scope, signal, untracked } from "../../signals/index.ts";
import type { DomEvent } from "../bind.ts";
import type { LiveContext } from "../view/context-types.ts";
import { MountingContext } from "../view/contexts.ts";
import { Place, type Standing, type Tree } from "./place.ts";
import type { ComponentHandler, ComponentOwn, ElementRef, HandlerAttributes } from "./types.ts";

/** One component in a page: its setup has run, its render runs again and again. */
export class Instance implements Standing {
  readonly place: Place;
  /** The component it stands in. */
  readonly outer: Standing | undefined;
  /** Where handlers are bound right now: a row while it is made, else the place of the component. */
  current: Place;
  private readonly own: Scope | undefined;
  private readonly tree: Tree;
  private readonly props: Signal<number>;
  /** What its handlers change need not be a signal: after them it renders again. */
  private readonly version: Signal<number>;
  private latest: object;
  private readonly output: () => HtmlValue;
  private isRendered = false;
  /** The render of all of the page that has read it last. */
  private pass = -1;
  private part: Part | undefined = undefined;
  private isInline = false;

  constructor({ tree, owner }: Place, props: object, setup: (props: object, own: ComponentOwn) => () => HtmlValue) {
    this.tree = tree;
    this.outer = owner;
    this.version = signal(0);
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

  /**
   * What stands in the page with these props: the same part as before, when it need not be read again. Of what is no signal nobody tells, so what was given
   * some, or functions, which may know some, is read with what is around it.
   */
  render(props: object): HtmlValue {
    const { latest, tree } = this;
    const isKnown = this.pass === tree.pass && isToldData(props) && sameData(latest, props);
    this.latest = props;
    if (!sameData(latest, props)) this.props.update((n) => n + 1);
    if (this.isInline || tree.own === undefined) return this.read();
    if (!isKnown || this.part === undefined) this.part = new Part(this);
    return this.part;
  }

  /** What it shows. */
  read(): HtmlValue {
    const { tree } = this;
    this.version.get();
    this.pass = tree.pass;
    if (tree.evaluated !== undefined && tree.evaluated !== this) this.isInline = true; // it is in a boundary
    return this.place.around(() => {
      this.isRendered = true;
      return this.at(this.place, this.output);
    });
  }

  /** Runs `f`, in which it is read by itself. */
  evaluate(f: () => void): void {
    const { tree } = this;
    const { evaluated } = tree;
    tree.evaluated = this;
    try {
      f();
    } finally {
      tree.evaluated = evaluated;
    }
  }

  touch(): void {
    this.version.update((n) => n + 1);
    if (!isToldData(this.latest)) this.outer?.touch();
  }

  get standing(): Standing | undefined {
    return this.isInline ? this.outer?.standing : this;
  }

  inline(): void {
    this.isInline = true;
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

  private makeOwn(tree: Tree, effects: (() => void)[]): ComponentOwn {
    const { own } = this;
    let live: LiveContext | undefined;
    const context = (): LiveContext | undefined => {
      live ??=
        tree.live instanceof MountingContext ? tree.live.forComponent(tree.session, () => this.touch()) : tree.live;
      return live;
    };
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
      get live() {
        return context();
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

/** A component as it stands in the page. */
class Part {
  private readonly instance: Instance;

  constructor(instance: Instance) {
    this.instance = instance;
  }

  [READ](): HtmlValue {
    return this.instance.read();
  }

  [PART](read: () => void): void {
    this.instance.evaluate(read);
  }
}

/** Whether nothing in these props can become another without a word. */
function isToldData(props: object): boolean {
  for (const name in props) {
    const value: unknown = Reflect.get(props, name);
    if (typeof value === "function" || (typeof value === "object" && value !== null && !(READ in value))) return false;
  }
  return true;
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
