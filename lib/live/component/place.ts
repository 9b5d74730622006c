import { type ContextKey, contextKey, type HtmlValue, provide } from "../../html/index.ts";
import type { Scope } from "../../signals/index.ts";
import type { WireValue } from "../../wire/index.ts";
import type { DomEvent } from "../bind.ts";
import type { LiveContext, SessionInfo } from "../view/context-types.ts";
import type { ComponentHandler, HandlerAttributes } from "./types.ts";

/** Makes the attributes of a handler's number. */
export type BindHandler = (event: DomEvent, id: number) => HandlerAttributes;

/** A handler, and the component whose state it may change. */
export interface BoundHandler {
  readonly run: ComponentHandler;
  readonly owner: Standing | undefined;
}

/** What places, and the components at them, need of the session they are in. */
export interface Tree {
  /** `undefined` where there is no session: nothing runs but setups. */
  readonly own: Scope | undefined;
  /** What a component may ask of its session. */
  readonly live: LiveContext | undefined;
  /** As `live` has it, and followed where it is read. */
  readonly session: SessionInfo;
  readonly handlers: Map<number, BoundHandler>;
  readonly bind: BindHandler | undefined;
  /** How often all of it was rendered. */
  readonly pass: number;
  /** The component that is read right now, where a page reads them one by one. */
  evaluated: Standing | undefined;
  /** A place is rendered anew. */
  begin(place: Place): void;
  handlerId(): number;
  elementId(): string;
  /** Tells the page what a handler commands. */
  send(...command: readonly [name: string, ...args: WireValue[]]): void;
}

/** One component in a page, as its place knows it. */
export interface Standing {
  /** What it renders. */
  readonly place: Place;
  /** The component it stands in. */
  readonly outer: Standing | undefined;
  /** Itself, or the one around with which it is read. */
  readonly standing: Standing | undefined;
  /** Runs `f` with handlers bound at a place. */
  at<T>(place: Place, f: () => T): T;
  /** What it shows with these props. */
  render(props: object): HtmlValue;
  /** A handler of it has run. */
  touch(): void;
  /** From now on it is read with what it stands in. */
  inline(): void;
  end(): void;
}

/** The place a component stands at, for those below it. */
export const PLACE: ContextKey<Place | undefined> = contextKey<Place | undefined>("component", undefined);

/** The components of one kind at one place, in the order of the page. */
interface Kind {
  readonly type: object;
  readonly all: Standing[];
  /** How many of them the render has come by. */
  count: number;
}

/** A handler's number, kept as long as the place. */
interface Mark {
  /** Event, and name or text: of several that look the same, which comes first says. */
  readonly look: string;
  readonly id: number;
  /** The render that bound it last; 0 for one that the setup has bound, before all of them: that lasts. */
  turn: number;
  isBound: boolean;
}

/**
 * Where components stand: what a component renders, or a row of it. A place has few kinds and few handlers, and pages have many places: short lists take a tenth of
 * the memory of maps, and as renders mostly bind what the one before has bound, what is looked for is mostly next.
 */
export class Place {
  readonly tree: Tree;
  readonly owner: Standing | undefined;
  private kinds: Kind[] | undefined = undefined;
  private parts: Map<string, Place> | undefined = undefined;
  /** How often this render has come by a key beyond the first time. */
  private repeats: Map<string, number> | undefined = undefined;
  private marks: Mark[] | undefined = undefined;
  /** How many handlers this render has bound. */
  private used = 0;
  /** What it has bound is what was bound first. */
  private isInOrder = true;
  private turn = 0;
  /** Of the place it is a part of: its turn that came by. */
  private seen = 0;
  private isOver = false;

  constructor(tree: Tree, owner?: Standing) {
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
    this.tree.begin(this);
    this.turn++;
    this.used = 0;
    while (this.marks?.[this.used]?.turn === 0) this.used++;
    this.isInOrder = true;
    this.repeats = undefined;
    if (this.kinds !== undefined) for (const kind of this.kinds) kind.count = 0;
  }

  /** The component of this kind whose turn it is. */
  instance(type: object, make: () => Standing): Standing {
    this.kinds ??= [];
    let kind = this.kinds.find((one) => one.type === type);
    if (kind === undefined) {
      kind = { type, all: [], count: 0 };
      this.kinds.push(kind);
    }
    const index = kind.count++;
    const found = kind.all[index] ?? make();
    kind.all[index] = found;
    return found;
  }

  /** Where the rows stand that a piece of code makes: what a key names there, it does not name in the rows of another. */
  list(code: string): Place {
    const list = this.placeOf(code);
    if (list.seen !== this.turn) list.begin();
    list.seen = this.turn;
    return list;
  }

  /** A row, or another part with a key: the second one of a key is another part. */
  part(key: string): Place {
    const first = this.placeOf(key);
    const found = first.seen === this.turn ? this.placeOf(this.repeat(key)) : first;
    found.seen = this.turn;
    return found;
  }

  private placeOf(name: string): Place {
    this.parts ??= new Map();
    let found = this.parts.get(name);
    if (found === undefined) {
      found = new Place(this.tree, this.owner);
      this.parts.set(name, found);
    }
    return found;
  }

  private repeat(key: string): string {
    this.repeats ??= new Map();
    const times = (this.repeats.get(key) ?? 1) + 1;
    this.repeats.set(key, times);
    return `${key}\0${times}`;
  }

  /** Runs `f`, which makes a part: handlers it binds are the part's. */
  inside<T>(part: Place, f: () => T): T {
    return this.owner === undefined ? f() : this.owner.at(part, f);
  }

  /** Binds a handler: the same one, at the same place, keeps its number from render to render. */
  register(event: DomEvent, handler: ComponentHandler, name: string | undefined): HandlerAttributes {
    const mark = this.mark(`${event} ${name ?? handler.toString()}`);
    mark.turn = this.turn;
    mark.isBound = true;
    this.used++;
    const { tree, owner } = this;
    tree.handlers.set(mark.id, { run: handler, owner });
    if (tree.evaluated !== undefined && this.turn > 0) joinUp(tree.evaluated, owner);
    return tree.bind?.(event, mark.id) ?? {};
  }

  /** Ends what the last render did not come by. */
  sweep(): void {
    if (this.isOver) return;
    if (this.marks !== undefined && this.used < this.marks.length) {
      for (const mark of this.marks) if (mark.turn !== this.turn && mark.turn > 0) this.unbind(mark);
    }
    if (this.kinds !== undefined) {
      for (const kind of this.kinds) for (const gone of kind.all.splice(kind.count)) gone.end();
      if (this.kinds.some(isEmpty)) this.kinds = this.kinds.filter((kind) => !isEmpty(kind));
    }
    if (this.parts === undefined) return;
    for (const [key, part] of this.parts) {
      if (part.seen === this.turn) continue;
      part.end();
      this.parts.delete(key);
    }
  }

  end(): void {
    this.isOver = true;
    if (this.marks !== undefined) for (const mark of this.marks) this.unbind(mark);
    if (this.kinds !== undefined) for (const { all } of this.kinds) for (const instance of all) instance.end();
    if (this.parts !== undefined) for (const part of this.parts.values()) part.end();
    this.kinds = undefined;
    this.parts = undefined;
  }

  /** The first of this look that the render has not bound: mostly the one behind the last. */
  private mark(look: string): Mark {
    this.marks ??= [];
    const { marks, turn } = this;
    const next = marks[this.used];
    if (this.isInOrder && next?.look === look) return next; // all before it are bound, so it is the first
    const at = marks.findIndex((mark) => mark.turn !== turn && mark.turn > 0 && mark.look === look);
    this.isInOrder &&= at === this.used || (at < 0 && marks.length === this.used);
    const found = marks[at];
    if (found !== undefined) return found;
    const made: Mark = { look, id: this.tree.handlerId(), turn, isBound: true };
    marks.push(made);
    return made;
  }

  private unbind(mark: Mark): void {
    if (mark.isBound) this.tree.handlers.delete(mark.id);
    mark.isBound = false;
  }
}

/**
 * A component that binds handlers of another one while it is read, by a function it was given, is read with that from now on: handlers are told apart by the order in
 * which a component binds them.
 */
function joinUp(from: Standing, owner: Standing | undefined): void {
  const until = owner?.standing;
  if (from === until) return;
  for (let at: Standing | undefined = from; at !== undefined && at !== until; at = at.outer) at.inline();
  until?.touch();
}

function isEmpty({ all }: Kind): boolean {
  return all.length === 0;
}
