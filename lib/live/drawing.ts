import type { CodedError } from "../errors/index.ts";
import { type Css, type Html, renderToString } from "../html/index.ts";
import {
  createPage,
  createTemplates,
  htmlOf,
  type Page,
  type Templates,
  treeOf,
  type Watching,
} from "../patch/index.ts";
import { hash64Halves } from "../pool/index.ts";
import { effect, type Scope, type Signal, signal, untracked } from "../signals/index.ts";
import type { Content, Operation, TemplateSource } from "../wire/index.ts";

/** What is drawn, and for whom. */
export interface DrawingOptions {
  /** What is followed is followed until its end. */
  readonly own: Scope;
  /** Follows holes one by one; without it, every change draws all of the page. */
  readonly watching: Watching | undefined;
  /** The application's. */
  readonly render: () => Html;
  readonly onStyle: (css: Css) => void;
  /** For development: told of rows that show what is not in their item. */
  readonly onStaleRow?: ((error: CodedError) => void) | undefined;
  /** Something shown has changed: an update is due. */
  readonly onChange: () => void;
}

/** A page as it is for HTTP. */
export interface Look {
  readonly markup: string;
  /** Tells it from others, never 0. */
  readonly render: number;
  readonly templates: readonly TemplateSource[];
  readonly templatesHash: number;
}

/** Passes in one update at most, when drawing itself changes what is drawn. */
const MAX_PASSES = 10;

/**
 * What one mount of a view shows. A page nobody has joined follows nothing; from the first `update` on one effect follows what `render` reads by
 * itself, and one each what a hole reads.
 */
export class Drawing {
  private readonly options: DrawingOptions;
  private readonly templates: Templates = createTemplates();
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

  constructor(options: DrawingOptions) {
    this.options = options;
  }

  /** Draws what stands now, following nothing. @throws what `render` throws. */
  look(): Look {
    const { render, onStyle } = this.options;
    const tree = untracked(() => treeOf(render(), undefined, undefined, onStyle));
    const root = this.templates.number(tree.template);
    const inner = renderToString(htmlOf(tree), { live: (template) => this.templates.number(template) });
    const markup = `<!--[${root}-->${inner}<!--]-->`;
    this.page?.stop();
    this.page = createPage(tree, this.templates, onStyle);
    this.version = undefined;
    return { markup, render: hash64Halves(markup)[0] || 1, ...this.known() };
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
        if (this.isStale || this.running > 0 || this.version === undefined) this.draw(page);
        page.flush();
      }
      if (wasStale) this.check(page);
    } finally {
      this.isTold = false;
    }
  }

  /** What is to be done to catch up. */
  take(): Operation[] {
    return this.page?.take() ?? [];
  }

  /** All of the page. */
  content(): Content {
    return this.page?.content() ?? "";
  }

  /** Only a render shows what nobody tells of. */
  private check(page: Page): void {
    const { onStaleRow } = this.options;
    const found = onStaleRow === undefined ? undefined : untracked(() => page.findStaleRow());
    if (found !== undefined) onStaleRow?.(found);
  }

  private firstPage(): Page {
    this.look();
    if (this.page === undefined) throw new Error("a look makes a page");
    return this.page;
  }

  private draw(page: Page): void {
    this.isStale = false;
    const { own, watching } = this.options;
    const change = (): void => this.change();
    if (this.version === undefined) {
      this.version = signal(0);
      if (watching !== undefined) page.follow(watching, change);
      own.run(() => effect(() => this.paint(page), { schedule: (again) => this.schedule(again) }));
    } else {
      this.version.update((n) => n + 1); // so that it runs, whatever it has read
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

  private paint(page: Page): void {
    this.version?.get();
    try {
      page.update(this.options.render());
    } catch (error) {
      this.failure = { error };
    }
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
