import type { BoundaryOptions, Bounded } from "../boundary.ts";
import { BOUNDARY, EACH, isComponent, isEvaluation, kindOf, PROVIDE, USE } from "../brand.ts";
import type { Checks } from "../checks/index.ts";
import type { Scope } from "../child-types.ts";
import type { Site } from "../contexts.ts";
import { escapeAttribute, escapeText } from "../encode/escape.ts";
import { CHILD, DOCUMENT, type Operation, PLAIN_PART } from "../program/operation.ts";
import { type CompiledTemplate, compiled } from "../program/template.ts";
import type { Each, Html } from "../types.ts";
import { isThenable, unwrap } from "../unwrap.ts";
import { printDocument } from "./documents.ts";
import { foreignScope } from "./foreign-scope.ts";
import { type Frame, LIST, makeFrame, NO_VALUES, RESTORE, TEMPLATE } from "./frame.ts";
import { provided, usedValue } from "./parts.ts";
import { badChild } from "./print.ts";
import { settleValues, silence } from "./promises.ts";
import { mayWriteBytes, printOperation, renderHtml, renderLeaf, writeLateStyles } from "./render.ts";
import { isSettled } from "./settled.ts";
import { enter, makePage, makeSink, type Page, type Sink } from "./sink.ts";

/** A stretch of the page's text. The page is a list of them, in order. */
export interface Segment {
  /** All of it, once no fiber writes to it. */
  text: string;
  /** Who writes to it now. */
  fiber: Fiber | undefined;
  next: Segment | undefined;
  /** It is the first of a boundary's content, which leaves as a whole. */
  group: Group | undefined;
  /** `headStyles` stands here: what is in the page's head styles when it leaves. */
  isHead: boolean;
}

/** The content of one boundary. */
export interface Group {
  readonly parent: Group | undefined;
  readonly failed: BoundaryOptions["failed"];
  readonly site: Site | undefined;
  readonly hole: number;
  /** Where the boundary stood. */
  readonly place: Place;
  readonly first: Segment;
  /** What comes behind the content; of a late group, nothing. */
  after: Segment | undefined;
  /** Fibers and inner boundaries that are not done. */
  live: number;
  /** Number of the placeholder that it will replace; 0 when it stands in its place, also because it was complete at once. */
  id: number;
  /** It is in the output, or in the text of what is around it. */
  isSent: boolean;
  /** It has failed, and another group stands in for it. */
  isDead: boolean;
}

/** Where in the page a fiber starts: what was handed down to it, and what is open around it. */
export interface Place {
  readonly scope: Scope | undefined;
  readonly depth: number;
  readonly checks: Checks | undefined;
}

/** What a fiber asks of the render it is part of. */
export interface FiberHost {
  /** Tells the fiber to stop where it is. */
  isFull(fiber: Fiber): boolean;
  /** A promise stands in the place of `write`'s argument: text goes on behind it. */
  wait(fiber: Fiber, promise: PromiseLike<unknown>, write: (fiber: Fiber, value: unknown) => void): void;
  bound(fiber: Fiber, part: Bounded, site: Site | undefined, hole: number): void;
  openHead(fiber: Fiber): void;
  /** What a sink that is lent bytes puts its text behind them with. */
  readonly flush: Sink["flush"];
  readonly append: NonNullable<Sink["append"]>;
  /** Renders a document apart, to text. */
  documentText(page: Page, value: unknown, fiber: Fiber): string | PromiseLike<string>;
}

/**
 * A render that can stop and go on: the open nodes are frames on a stack of its own instead of the engine's. It writes what
 * renderValue writes (twin: render.ts); tests compare the two.
 */
export class Fiber {
  readonly sink: Sink;
  /** Where its text goes. */
  segment: Segment;
  readonly group: Group | undefined;
  readonly #host: FiberHost;
  readonly #checks: Checks | undefined;
  readonly #frames: Frame[] = [];
  /** Index of the innermost frame. */
  #top = -1;

  constructor(host: FiberHost, page: Page, segment: Segment, group: Group | undefined, place?: Place) {
    this.#host = host;
    this.sink = makeSink(page, undefined, host.flush, () => host.openHead(this), host.append);
    this.sink.scope = place?.scope;
    this.sink.depth = place?.depth ?? 0;
    this.#checks = place === undefined ? page.checks : place.checks?.branch();
    this.segment = segment;
    this.group = group;
    segment.fiber = this;
  }

  /** Where it is now: it may be elsewhere when somebody goes on from there. */
  get place(): Place {
    return { scope: this.sink.scope, depth: this.sink.depth, checks: this.#checks?.branch() };
  }

  /** Nothing is left to do. */
  get isDone(): boolean {
    return this.#top < 0;
  }

  /** Ends it: what it had still to write will not be. */
  drop(): void {
    for (; this.#top >= 0; this.#top--) silence(this.#frames[this.#top]?.values);
  }

  /** Goes on until it is done or the host has enough. */
  run(): void {
    while (this.#top >= 0 && !this.#host.isFull(this)) {
      const frame = this.#frames[this.#top] as Frame; // cast: top is below the length
      if (frame.kind === TEMPLATE) this.#runTemplate(frame);
      else if (frame.kind === LIST) this.#runList(frame);
      else this.#close(frame);
    }
  }

  /** Writes a value that stands between tags, or opens the frames that will. */
  write(given: unknown, site: Site | undefined, hole: number): void {
    const value = typeof given === "function" ? unwrap(given, site, hole) : given;
    switch (typeof value) {
      case "string":
        this.sink.text += escapeText(value);
        return;
      case "number":
      case "bigint":
        this.sink.text += String(value);
        return;
      case "boolean":
      case "undefined":
        return;
      case "object":
        if (value !== null) this.#writeObject(value, site, hole);
        return;
      default:
        throw badChild(value, site, hole);
    }
  }

  /** Writes a value in a scope of its own, which ends with it. */
  writeScoped(value: () => unknown, site: Site | undefined, hole: number): void {
    const { sink } = this;
    const frame = this.#open(RESTORE, site, hole);
    frame.scope = sink.scope;
    frame.depth = sink.depth;
    enter(sink, site, hole);
    this.write(value(), site, hole);
  }

  /** Writes what stands where the template tells whether a script would be one there. */
  #writePlaced(value: unknown, { hole, foreign }: Operation, site: Site): void {
    const place = (): unknown => {
      this.sink.scope = foreignScope(this.sink.scope, foreign === true);
      return value;
    };
    this.writeScoped(place, site, hole);
  }

  #writeObject(value: object, site: Site | undefined, hole: number): void {
    if (isEvaluation(value)) this.#openTemplate(value, site, hole);
    else if (isComponent(value)) this.writeScoped(() => value.component(value.props), site, hole);
    else this.#writeOther(value, site, hole);
  }

  #writeOther(value: object, site: Site | undefined, hole: number): void {
    const { sink } = this;
    const kind = kindOf(value);
    // The casts: each kind has one shape.
    if (kind === EACH) this.#openList((value as Each).items(), value as Each, site, hole);
    else if (Array.isArray(value))
      this.#openList(value.slice(), undefined, site, hole); // a copy: it may change between two pieces
    else if (renderLeaf(sink, value, kind)) return;
    else if (kind === PROVIDE) this.writeScoped(() => provided(sink, value)(), site, hole);
    else if (kind === USE) this.writeScoped(() => usedValue(sink, value, site, hole), site, hole);
    else if (kind === BOUNDARY) this.#host.bound(this, value as Bounded, site, hole);
    else if (kind !== undefined) throw badChild(value, site, hole);
    else if (isThenable(value))
      this.#host.wait(this, value as PromiseLike<unknown>, (fiber, settled) => fiber.write(settled, site, hole));
    else {
      const read = unwrap(value, site, hole);
      if (read === value) throw badChild(value, site, hole);
      this.writeScoped(() => read, site, hole);
    }
  }

  #openTemplate(node: Html, site: Site | undefined, hole: number): void {
    // Nothing in it can wait, so it needs no frame: a sixth of a page of rows (bench: html, streams).
    if (this.#checks === undefined && isSettled(node.values)) {
      const { sink } = this;
      if (sink.bytes !== undefined && sink.text !== "" && mayWriteBytes(node)) sink.flush(sink);
      sink.text = renderHtml(sink, sink.text, node);
      return;
    }
    this.#checks?.enter(node, site as CompiledTemplate | undefined, hole); // cast: the site of a hole is its template
    const frame = this.#open(TEMPLATE, site, hole);
    frame.template = compiled(node.template);
    frame.values = node.values;
    enter(this.sink, frame.template);
  }

  #openList(items: readonly unknown[], each: Each | undefined, site: Site | undefined, hole: number): void {
    const frame = this.#open(LIST, site, hole);
    frame.values = items;
    frame.each = each;
    enter(this.sink, site, hole);
  }

  #open(kind: number, site: Site | undefined, hole: number): Frame {
    const frame = this.#frames[++this.#top] ?? makeFrame();
    this.#frames[this.#top] = frame;
    frame.kind = kind;
    frame.at = 0;
    frame.site = site;
    frame.hole = hole;
    return frame;
  }

  #close(frame: Frame): void {
    this.#top--;
    if (frame.kind !== RESTORE) this.sink.depth--;
    else {
      this.sink.scope = frame.scope;
      this.sink.depth = frame.depth;
    }
    // What a closed frame held must not live as long as the stack.
    frame.values = NO_VALUES;
    frame.each = frame.template = frame.scope = undefined;
  }

  #runList(frame: Frame): void {
    const { values, each } = frame;
    const top = this.#top;
    while (frame.at < values.length) {
      const index = frame.at++;
      this.write(each === undefined ? values[index] : each.row(values[index], index), frame.site, frame.hole);
      if (this.#top !== top) return; // the item opened a frame of its own
      if (this.#host.isFull(this)) return;
    }
    this.#close(frame);
  }

  #runTemplate(frame: Frame): void {
    const { sink } = this;
    const template = frame.template as CompiledTemplate; // cast: a frame of this kind has one
    const { chunks, operations } = template;
    const { values } = frame;
    const top = this.#top;
    let text = "";
    while (frame.at < operations.length) {
      const index = frame.at++;
      const operation = operations[index] as Operation; // cast: index is below the length
      const value = values[operation.hole];
      text += chunks[index] as string; // cast: there is one chunk more than operations
      if (operation.kind === CHILD) {
        if (typeof value === "string") text += escapeText(value);
        else if (typeof value === "number") text += value;
        else {
          sink.text += text;
          text = "";
          if (operation.foreign === undefined) this.write(value, template, operation.hole);
          else this.#writePlaced(value, operation, template);
          if (this.#top !== top) return;
        }
      } else if (operation.kind >= PLAIN_PART && (typeof value === "string" || typeof value === "number")) {
        text += operation.open + (typeof value === "string" ? escapeAttribute(value) : value) + operation.quote;
      } else {
        sink.text += text;
        text = "";
        this.#print(operation, values, template);
      }
    }
    sink.text += text + (chunks[operations.length] as string); // cast: as above
    if (sink.page.late !== "") writeLateStyles(sink);
    this.#checks?.leave();
    this.#close(frame);
  }

  /** Prints an operation, once the promises among its values have settled. */
  #print(operation: Operation, values: readonly unknown[], template: CompiledTemplate): void {
    const { hole, count } = operation;
    const known = hole < 0 ? values : settleValues(values, hole, count, template);
    if (known instanceof Promise) {
      this.#host.wait(this, known, (fiber, settled) => {
        fiber.#printSettled(operation, settled as readonly unknown[], template); // cast: what settleValues promised
      });
    } else this.#printSettled(operation, known, template);
  }

  #printSettled(operation: Operation, values: readonly unknown[], template: CompiledTemplate): void {
    if (operation.kind === DOCUMENT) this.#printDocument(operation, values[operation.hole], template);
    else this.sink.text += printOperation(this.sink, operation, values, template);
  }

  #printDocument(operation: Operation, given: unknown, template: CompiledTemplate): void {
    const { page } = this.sink;
    const value = unwrap(given, template, operation.hole);
    if (value === null || value === undefined || value === false) return;
    const text = this.#host.documentText(makePage(page.nonce, page.policy, undefined), value, this);
    if (typeof text === "string") this.sink.text += printDocument(operation, text);
    else
      this.#host.wait(this, text, (fiber, settled) => {
        fiber.sink.text += printDocument(operation, settled as string); // cast: what documentText promised
      });
  }
}
