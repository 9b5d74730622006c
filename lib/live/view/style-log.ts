import type { Css } from "../../html/index.ts";
import { OP_COMMAND, type Operation, STYLE_COMMAND } from "../../wire/index.ts";

/** How many stylesheets a session remembers to have sent: views that make them anew for each render must not fill the memory. */
const MAX_STYLES = 1_000;

/** The stylesheets one session has met, and those its page has not been told of. */
export class StyleLog {
  private met: Map<string, Css> | undefined;
  private fresh: Css[] = [];

  meet(css: Css): void {
    this.met ??= new Map();
    const { met } = this;
    if (css.text === "" || met.has(css.text)) return;
    for (const [oldest] of met) {
      if (met.size < MAX_STYLES) break;
      met.delete(oldest);
    }
    met.set(css.text, css);
    this.fresh.push(css);
  }

  all(): readonly Css[] {
    return this.met === undefined ? [] : [...this.met.values()];
  }

  /** What the page has not been told, as it is told. */
  takeNew(): readonly Operation[] {
    if (this.fresh.length === 0) return NONE;
    return this.fresh.splice(0).map(({ text }): Operation => [OP_COMMAND, STYLE_COMMAND, text]);
  }

  /** The page may be any page: it is to be told of all. @returns whether there is something to tell. */
  renew(): boolean {
    this.fresh = [...this.all()];
    return this.fresh.length > 0;
  }
}

const NONE: readonly never[] = [];
