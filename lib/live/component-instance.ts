import type { HtmlValue } from "../html/index.ts";
import { computed, effect, type Scope, type Signal, scope, signal, untracked } from "../signals/index.ts";
import type { DomEvent } from "./bind.ts";
import { type ComponentTree, Place, type Standing } from "./component-tree.ts";
import type { ComponentHandler, ComponentOwn, ElementRef, HandlerAttributes } from "./component-types.ts";

/** One component in a page: its setup has run, its render runs again and again. */
export class Instance implements Standing {
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
      live: tree.live,
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
