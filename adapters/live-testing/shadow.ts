import { AsyncLocalStorage } from "node:async_hooks";
import type { MaybePromise } from "../../lib/app/index.ts";
import { renderToString } from "../../lib/html/index.ts";
import type { PageContext, View } from "../../lib/live/index.ts";
import { htmlOf, treeOf } from "../../lib/patch/index.ts";
import { untracked } from "../../lib/signals/index.ts";

/** What a session of a view has been given and has made. */
interface Mounted {
  state: unknown;
  bind: Readonly<Record<string, unknown>> | undefined;
  /** What else the view renders with. */
  page: PageContext | undefined;
}

/** Stands beside a view and knows, for each page of the test, which state it has, so that what the server would render can be asked for. */
export class Shadow {
  readonly view: View;
  readonly #real: View;
  readonly #asking = new AsyncLocalStorage<object>();
  readonly #byPage = new WeakMap<object, Mounted>();
  readonly #all = new Set<Mounted>();

  constructor(view: View) {
    this.#real = view;
    this.view = {
      ...view,
      mount: (context) => {
        const made: MaybePromise<unknown> = view.mount(context);
        const page = this.#asking.getStore();
        const keep = (state: unknown): unknown => {
          const mounted: Mounted = { state, bind: undefined, page: undefined };
          this.#all.add(mounted);
          context.own.onCleanup(() => this.#all.delete(mounted));
          if (page !== undefined) this.#byPage.set(page, mounted);
          return state;
        };
        return made instanceof Promise ? made.then(keep) : keep(made);
      },
      render: (state, bind, page) => {
        const mounted = this.#find(state, page);
        if (mounted !== undefined) Object.assign(mounted, { state, bind, page });
        return view.render(state, bind, page);
      },
    };
  }

  /** Runs something a page asks of the server: what is mounted meanwhile is that page's. */
  run<T>(page: object, f: () => T): T {
    return this.#asking.run(page, f);
  }

  /** What the server would render for a page now; `undefined` when it has no session. */
  markupOf(page: object): string | undefined {
    const mounted = this.#byPage.get(page);
    if (mounted?.bind === undefined || mounted.page === undefined || !this.#all.has(mounted)) return undefined;
    const { state, bind, page: given } = mounted;
    return untracked(() =>
      renderToString(htmlOf(treeOf(this.#real.render(state, bind, given), undefined, undefined, () => {}))),
    );
  }

  /** A session keeps its name; its state may come back as a copy after it slept. */
  #find(state: unknown, page: PageContext): Mounted | undefined {
    let found: Mounted | undefined;
    for (const mounted of this.#all) {
      if (mounted.page?.session.id === page.session.id) return mounted;
      if (mounted.page === undefined && mounted.state === state) found = mounted;
    }
    return found;
  }
}
