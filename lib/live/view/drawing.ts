import { CodedError } from "../../errors/index.ts";
import { type Html, renderToString } from "../../html/index.ts";
import {
  createPage,
  createTemplates,
  htmlOf,
  type PackedPage,
  type Page,
  type PageOptions,
  type StreamSource,
  type Templates,
  type TreeInstance,
  treeOf,
} from "../../patch/index.ts";
import { hash64Halves } from "../../pool/index.ts";
import { effect, type Signal, signal, untracked } from "../../signals/index.ts";
import type { Content, Operation } from "../../wire/index.ts";
import type { DrawingOptions, DrawnPage, Look } from "./drawing-types.ts";

/** Passes in one update at most, when drawing itself changes what is drawn. */
const MAX_PASSES = 10;

/**
 * What one mount of a view shows. A page nobody has joined follows nothing; from the first `update` on one effect follows what `render` reads by
 * itself, and one each what a hole reads.
 */
export class Drawing implements DrawnPage {
  private readonly options: DrawingOptions;
  /** What the page knows. */
  readonly templates: Templates;
  private page: Page | undefined = undefined;
  private version: Signal<number> | undefined = undefined;
  private redraw: (() => void) | undefined = undefined;
  private failure: { readonly error: unknown } | undefined = undefined;
  /** State may have changed in ways nobody tells. */
  private isStale = true;
  /** Handlers under way. */
  private running = 0;
  /** The session has been told that an update is due. */
  private isTold = false;
  /** Done, and not taken. */
  private readonly waiting: Operation[] = [];

  constructor(options: DrawingOptions) {
    this.options = options;
    this.templates = options.templates ?? createTemplates();
  }

  look(): Look {
    const { tree, ...look } = this.print();
    const knownStreams = this.page === undefined ? this.options.knownStreams : undefined;
    this.page?.stop();
    this.page = createPage(tree, this.templates, { ...this.pageOptions(), knownStreams });
    this.version = undefined;
    return look;
  }

  peek(): Look {
    const { tree: _, ...look } = this.print();
    return look;
  }

  get hasStreams(): boolean {
    return this.page?.hasStreams === true;
  }

  /** What its page holds. @throws CodedError `WIRE_TOO_DEEP`. */
  pack(): PackedPage | undefined {
    return this.page?.pack();
  }

  /** A page from before goes on: what it shows is another by now, of which the next update tells. */
  resume(packed: PackedPage): void {
    this.page = createPage(packed, this.templates, this.pageOptions());
  }

  /**
   * Draws what stands now and follows it, for a page that is there already and shows this, unless what is returned is another `fingerprint`.
   * @throws what `render` throws.
   */
  rise(): string {
    this.isTold = true; // who wakes a session brings its page up to date after: until then there is nothing to tell
    this.draw();
    return this.page?.hash() ?? "";
  }

  /** The streams on its page, with their names. */
  shownStreams(): ReadonlyMap<StreamSource, string> {
    return this.page?.shownStreams() ?? new Map();
  }

  /** Draws what stands now, following nothing. */
  private print(): Look & { readonly tree: TreeInstance } {
    const { tree, markup } = this.write(this.templates);
    const known = this.known();
    // Of the templates as well: who shows this and says nothing of its templates has these.
    const render = (hash64Halves(markup)[0] ^ known.templatesHash) >>> 0 || 1;
    return { tree, markup, render, ...known };
  }

  /**
   * Tells what stands now from what another drawing of the view would show, with the same templates. Changes nothing. @throws what `render` throws.
   */
  fingerprint(templates: Templates = this.templates): string {
    const { render, onStyle } = this.options;
    const page = untracked(() => createPage(render(), templates, { onStyle }));
    const hash = page.hash();
    page.stop();
    return hash;
  }

  /** The templates the page knows. */
  known(): Pick<Look, "templates" | "templatesHash"> {
    return { templates: this.templates.sources(), templatesHash: this.templates.hash() };
  }

  /** A handler begins. */
  begin(): void {
    this.running++;
    this.isStale = true;
  }

  /** A handler has ended. */
  end(): void {
    this.running--;
    this.isStale = true;
  }

  /** Brings the page up to date and follows it. @throws what `render` throws, and what is read in it. */
  update(): void {
    this.isTold = true; // what drawing changes is drawn here
    try {
      const page = this.page ?? this.firstPage();
      const wasStale = this.isStale;
      for (let pass = 0; pass < MAX_PASSES && (pass === 0 || this.isStale || page.isSoiled); pass++) {
        if (this.isStale || this.running > 0 || this.version === undefined) this.draw();
        page.flush();
      }
      if (wasStale) this.check(page);
      else if (this.options.onStalePart !== undefined) this.drawAgain(page, this.options.onStalePart);
    } finally {
      this.isTold = false;
    }
  }

  /** What is to be done to catch up. */
  take(): Operation[] {
    const operations = this.page?.take() ?? [];
    return this.waiting.length === 0 ? operations : [...this.waiting.splice(0), ...operations];
  }

  /** All of the page. */
  content(): Content {
    this.waiting.length = 0;
    return this.page?.content() ?? "";
  }

  /** There is more to tell than the content. */
  get isBehind(): boolean {
    return this.page?.isBehind === true;
  }

  private write(templates: Templates): { readonly tree: ReturnType<typeof treeOf>; readonly markup: string } {
    const { render, onStyle } = this.options;
    const tree = untracked(() => treeOf(render(), undefined, undefined, onStyle));
    const root = templates.number(tree.template);
    const inner = renderToString(htmlOf(tree), { live: (template) => templates.number(template) });
    return { tree, markup: `<!--[${root}-->${inner}<!--]-->` };
  }

  /** Only a render shows what nobody tells of. */
  private check(page: Page): void {
    const { onStaleRow } = this.options;
    const found = onStaleRow === undefined ? undefined : untracked(() => page.findStaleRow());
    if (found !== undefined) onStaleRow?.(found);
  }

  /** Evaluates all parts once more. */
  private drawAgain(page: Page, onStalePart: (error: CodedError) => void): void {
    this.waiting.push(...page.take());
    this.draw();
    const stale = page.take();
    if (stale.length === 0) return;
    this.waiting.push(...stale);
    onStalePart(new CodedError("LIVE_STALE_COMPONENT", "a component shows what no signal has told of"));
  }

  private firstPage(): Page {
    this.look();
    if (this.page === undefined) throw new Error("a look makes a page");
    return this.page;
  }

  private draw(): void {
    this.isStale = false;
    const { version } = this;
    if (version === undefined) this.beginToFollow();
    else {
      version.set(version.peek() + 1); // so that it runs, whatever it has read
      const { redraw } = this;
      this.redraw = undefined;
      this.isStale = false;
      redraw?.();
    }
    const { failure } = this;
    this.failure = undefined;
    if (failure === undefined) return;
    this.isStale = true;
    throw failure.error;
  }

  private beginToFollow(): void {
    const { own, watching } = this.options;
    this.version = signal(0);
    if (watching !== undefined) this.page?.follow(watching, () => this.change());
    own.run(() => effect(() => this.paint(), { schedule: (again) => this.schedule(again) }));
  }

  private paint(): void {
    this.version?.get();
    try {
      const html = this.options.render();
      if (this.page === undefined) this.page = this.followedPage(html);
      else this.page.update(html);
    } catch (error) {
      this.failure = { error };
    }
  }

  private followedPage(html: Html): Page {
    const { knownStreams, watching } = this.options;
    const following = watching && { watching, onSoiled: () => this.change() };
    return createPage(html, this.templates, { ...this.pageOptions(), knownStreams, following });
  }

  private pageOptions(): PageOptions {
    const { onStyle, newStreamIds } = this.options;
    return { onStyle, streamIds: newStreamIds?.() };
  }

  private schedule(again: () => void): void {
    this.redraw = again;
    this.isStale = true;
    this.change();
  }

  private change(): void {
    if (this.isTold) return;
    this.isTold = true;
    this.options.onChange();
  }
}
