import type { Watched, Watcher, Watching } from "../../patch/index.ts";
import { effect, type Scope, untracked } from "../../signals/index.ts";

/**
 * Follows what a page reads by effects, which end with the scope.
 * @param onlyParts - See `Watching`.
 */
export function watchingIn(own: Scope, onlyParts = false): Watching {
  return {
    onlyParts,
    untracked,
    watch: (watched) => new EffectWatcher(own, watched),
  };
}

/** One effect, whose later runs wait until they are asked for. */
class EffectWatcher implements Watcher {
  private readonly own: Scope;
  private readonly watched: Watched;
  private end: (() => void) | undefined = undefined;
  private again: (() => void) | undefined = undefined;
  private failure: { readonly error: unknown } | undefined = undefined;

  constructor(own: Scope, watched: Watched) {
    this.own = own;
    this.watched = watched;
    try {
      this.begin();
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  rerun(force: boolean): void {
    const { again } = this;
    this.again = undefined;
    // An effect runs again when it has to; one that must has to begin anew.
    if (force || again === undefined) this.begin();
    else {
      again();
      this.check();
    }
  }

  stop(): void {
    this.again = undefined;
    this.end?.();
    this.end = undefined;
  }

  private begin(): void {
    this.stop();
    this.own.run(() => {
      this.end = effect(() => this.run(), {
        schedule: (again) => {
          this.again = again;
          this.watched.invalidate();
        },
      });
    });
    this.check();
  }

  private run(): void {
    try {
      this.watched.evaluate();
    } catch (error) {
      this.failure = { error }; // thrown to whoever asked, and not to the scope
    }
  }

  private check(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure.error;
  }
}
