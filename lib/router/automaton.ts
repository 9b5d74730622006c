import type { Expression } from "./expression.ts";
import type { Ranges } from "./ranges.ts";

/**
 * The position automaton (Glushkov's) of an expression: one state per character set written in it, no empty moves.
 * A position is entered by reading a unit of its set.
 */
export interface Positions {
  readonly sets: readonly Ranges[];
  readonly first: readonly number[];
  readonly last: ReadonlySet<number>;
  readonly follow: readonly ReadonlySet<number>[];
}

/** What stops an automaton from being built; the caller turns it into its own error. */
export interface Refusal {
  readonly reason: string;
}

interface Fragment {
  readonly nullable: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const MAX_POSITIONS = 256;
const EMPTY: Fragment = { nullable: true, first: [], last: [] };

/** Builds the position automaton, or says why it is refused. */
export function buildPositions(expression: Expression): Positions | Refusal {
  const builder = new Builder();
  const whole = builder.build(expression);
  if (builder.reason !== undefined) return { reason: builder.reason };
  return { sets: builder.sets, first: whole.first, last: new Set(whole.last), follow: builder.follow };
}

class Builder {
  readonly sets: Ranges[] = [];
  readonly follow: Set<number>[] = [];
  reason: string | undefined;

  build(expression: Expression): Fragment {
    if (this.reason !== undefined) return EMPTY;
    switch (expression.kind) {
      case "set":
        return this.position(expression.ranges);
      case "sequence":
        return expression.items.reduce<Fragment>((before, item) => this.join(before, this.build(item)), EMPTY);
      case "choice":
        return expression.items.map((item) => this.build(item)).reduce(either);
      case "repeat":
        return this.repeat(expression.body, expression.min, expression.max);
    }
  }

  private position(ranges: Ranges): Fragment {
    const id = this.sets.length;
    if (id >= MAX_POSITIONS) {
      this.reason ??= `it spells out more than ${MAX_POSITIONS} characters`;
      return EMPTY;
    }
    this.sets.push(ranges);
    this.follow.push(new Set());
    return { nullable: false, first: [id], last: [id] };
  }

  private repeat(body: Expression, min: number, max: number): Fragment {
    if (max === 0) return EMPTY;
    const endless = max === Number.POSITIVE_INFINITY;
    let tail: Fragment = EMPTY;
    if (endless) {
      tail = this.loop(this.build(body));
      if (min === 0) return { ...tail, nullable: true };
      for (let i = 1; i < min; i++) tail = this.join(this.build(body), tail);
      return tail;
    }
    // x{2,4} is xx(x(x)?)?: written flat, xxx?x? could read "xxx" in two ways
    for (let i = min; i < max; i++) tail = { ...this.join(this.once(body, max), tail), nullable: true };
    for (let i = 0; i < min; i++) tail = this.join(this.once(body, max), tail);
    return tail;
  }

  private once(body: Expression, max: number): Fragment {
    const fragment = this.build(body);
    if (fragment.nullable && max > 1) this.reason ??= "it repeats something that can be empty";
    return fragment;
  }

  private loop(body: Fragment): Fragment {
    if (body.nullable) this.reason ??= "it repeats something that can be empty";
    for (const from of body.last) {
      const after = this.follow[from];
      for (const to of body.first) {
        // the same step twice: an inner and an outer loop can both take it, as in (a+)+
        if (after?.has(to)) this.reason ??= "loops nest so that one text can be read in many ways";
        after?.add(to);
      }
    }
    return body;
  }

  private join(before: Fragment, after: Fragment): Fragment {
    for (const from of before.last) for (const to of after.first) this.follow[from]?.add(to);
    return {
      nullable: before.nullable && after.nullable,
      first: before.nullable ? [...before.first, ...after.first] : before.first,
      last: after.nullable ? [...before.last, ...after.last] : after.last,
    };
  }
}

function either(left: Fragment, right: Fragment): Fragment {
  return {
    nullable: left.nullable || right.nullable,
    first: [...left.first, ...right.first],
    last: [...left.last, ...right.last],
  };
}
