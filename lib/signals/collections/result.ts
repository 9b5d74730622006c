import { READ } from "../../pool/index.ts";
import type { ReadableSignal } from "../index.ts";
import { type Chained, warmUp } from "./node.ts";

/** A reduction, whatever its rows. */
interface Reduced<A> extends Chained {
  readonly node: ReadableSignal<A>;
}

/** The signal of a reduction. */
export function resultOf<A>(core: Reduced<A>): ReadableSignal<A> {
  return new Result(core);
}

/** What a reduction gives: its node, warmed up before it is first read. */
class Result<A> implements ReadableSignal<A> {
  private readonly core: Reduced<A>;

  constructor(core: Reduced<A>) {
    this.core = core;
  }

  get name(): string {
    return this.core.name;
  }

  get(): A {
    warmUp(this.core);
    return this.core.node.get();
  }

  peek(): A {
    warmUp(this.core);
    return this.core.node.peek();
  }

  [READ](): A {
    return this.get();
  }
}
