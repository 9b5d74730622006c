import type { Owned } from "./kinds.ts";
import { callable } from "./refusals.ts";
import { abandon, adopt, alive, attempt, detached, ENDED, endWhole, state } from "./seam.ts";

/**
 * Something with a lifetime: a request, a session, a part of a page. What is created inside ends with it.
 * @public
 */
export interface Scope {
  /**
   * Runs `f` inside the scope, also later and after an `await`; what it reads is not noted.
   * @returns What `f` returns.
   * @throws CodedError `SIGNALS_SCOPE_ENDED` after the end.
   */
  run<T>(f: () => T): T;
  /** Runs `f` at the end, the latest first; when the scope has already ended, at once. */
  onCleanup(f: () => void): void;
  /** Aborted at the end of the scope: hand it to `fetch` and the like. */
  readonly signal: AbortSignal;
  /**
   * Ends everything inside, children before parents and the latest first. Disposing twice is harmless.
   * @throws what cleanups threw, after all have run, unless an `onError` took it.
   */
  dispose(): void;
}

/**
 * What a scope may be given.
 * @public
 */
export interface ScopeOptions {
  /** Names it in errors. */
  readonly name?: string;
  /** Takes what effects and cleanups inside throw. What it throws itself goes to the next scope up, and at last to the writer. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Makes a scope and runs `f` inside it. A scope made inside another, or inside an effect, ends with that one too.
 * @throws what `f` threw, with what cleanups threw then as an AggregateError; the scope has ended. CodedError `SIGNALS_SCOPE_ENDED` inside a scope that has.
 * @example
 * ```ts
 * const session = scope((own) => {
 *   effect(() => render(board.get()));
 *   own.onCleanup(() => socket.close());
 * }, { onError: (error) => log(error) });
 * session.dispose();
 * ```
 * @public
 */
export function scope(f: (own: Scope) => void, options: ScopeOptions = {}): Scope {
  const own = new ScopeNode(options);
  callable(f);
  adopt(alive(state.owner), own);
  try {
    own.run(() => f(own));
  } catch (error) {
    abandon(own, error);
  }
  return own;
}

class ScopeNode implements Owned, Scope {
  flags = 0;
  parent: Owned | undefined = undefined;
  lastChild: Owned | undefined = undefined;
  prevSibling: Owned | undefined = undefined;
  nextSibling: Owned | undefined = undefined;
  readonly onError: ((error: unknown) => void) | undefined;
  readonly name: string;
  readonly cleanups: (() => void)[] = [];
  private controller: AbortController | undefined = undefined;

  constructor(options: ScopeOptions) {
    this.onError = options.onError === undefined ? undefined : callable(options.onError);
    this.name = options.name ?? "scope";
  }

  // Closures, so that each can be handed on by itself.
  readonly run = <T>(f: () => T): T => detached(alive(this), f);

  readonly onCleanup = (f: () => void): void => {
    if (this.flags & ENDED) detached(undefined, f);
    else this.cleanups.push(callable(f));
  };

  readonly dispose = (): void => endWhole(this);

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.flags & ENDED) this.controller.abort(); // nobody listens yet
    return this.controller.signal;
  }

  end(): void {
    const { controller } = this;
    if (controller) attempt(() => controller.abort(), this); // its listeners must not be tracked
    for (let cleanup = this.cleanups.pop(); cleanup; cleanup = this.cleanups.pop()) attempt(cleanup, this);
  }
}

state.kept.push(new ScopeNode({}));
