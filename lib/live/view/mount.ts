import type { MaybePromise } from "../../app/index.ts";
import type { Html } from "../../html/index.ts";
import type { StreamSource, Templates } from "../../patch/index.ts";
import { effect, holdingsOf, rerunEffects, type Scope, scope, untracked } from "../../signals/index.ts";
import type { Operation } from "../../wire/index.ts";
import type { Flash } from "../flash.ts";
import { unpackState } from "../persist/unpack.ts";
import { toText } from "../route/token.ts";
import type { Room } from "../shared/shared.ts";
import { resumeStream } from "../stream.ts";
import { MountingContext } from "./contexts.ts";
import { Drawing } from "./drawing.ts";
import type { DrawnPage } from "./drawing-types.ts";
import { type Lasting, RunHost } from "./host.ts";
import type { MountedPage, PageSnapshot, ViewRunOptions } from "./run-types.ts";
import { watchingIn } from "./watching.ts";

/** Enough that a page built anew never takes the rows of another for its own. */
const STREAM_ID_BYTES = 6;

/** What a mount begins with. */
export interface MountOptions {
  readonly run: ViewRunOptions;
  readonly lasting: Lasting;
  readonly params: unknown;
  readonly query: unknown;
  /** Bindings of the address that is shown. */
  bind(): Readonly<Record<string, unknown>>;
  /** State or page may have changed. */
  changed(): void;
  /** Something runs that may change state. */
  began(): void;
  /** Messages for another page, as text. */
  seal(items: readonly Flash[], url: string): string | undefined;
  /** Whether messages of topics are taken by somebody else. */
  isMuted(): boolean;
  /** What the page shows is not known any more. */
  parted(): void;
}

/** A state that a session had before, and what its page knows. */
export interface Before {
  readonly packed: Uint8Array;
  readonly templates?: Templates | undefined;
  /** What the page, which has their rows, calls the streams of the state; `undefined` where there is no such page. */
  readonly streams?: readonly string[] | undefined;
  /** The page may show temporary values, which are not kept. */
  readonly hasShown?: boolean;
}

/** One mount of a view: its state, what is shown of it, and what both stand on. */
export class Mount {
  readonly own: Scope;
  readonly host: RunHost;
  state: unknown = undefined;
  /** There once `open` is through. */
  drawing: DrawnPage | undefined = undefined;
  /** The same, where nobody shares it. */
  solo: Drawing | undefined = undefined;
  /** What stood in `own` when `mount` had ended. */
  born: readonly object[] = [];
  private readonly options: MountOptions;
  private isTitleFollowed = false;
  private isOver = false;
  /** What pages show stands here; what `mount` and handlers make, beside it. */
  private drawn: Scope | undefined = undefined;

  constructor(options: MountOptions) {
    const { run, lasting, changed, isMuted, parted } = options;
    this.options = options;
    this.own = scope(() => {}, {
      name: `live ${lasting.info.url}`,
      onError: (error) => run.report("LIVE_HANDLER_FAILED", error),
    });
    const ran = (tell?: () => void): void => {
      tell?.();
      this.over(this.begin(tell !== undefined));
      changed();
    };
    this.host = new RunHost({ own: this.own, lasting, run, changed, ran, isMuted, parted });
  }

  /** Runs the view's `mount`. @throws what it throws; CodedError `LIVE_BAD_SNAPSHOT`. */
  open(before: Before | undefined): MaybePromise<void> {
    const { own, host } = this;
    const { run, params, query } = this.options;
    if (run.enter !== undefined) return this.share(run.enter({ params, query }));
    const keep = (made: unknown): void => {
      if (this.isOver) return; // it was ended while it was mounted
      const streams: object[] = [];
      const state = before === undefined ? made : unpackState(before.packed, made, streams);
      if (before?.streams !== undefined) for (const stream of streams) resumeStream(stream);
      // What effects have written from outside was overwritten just now by what it was then.
      if (before !== undefined) rerunEffects(own);
      host.isRepeated = false;
      const known = new Map(before?.streams?.map((name, at) => [streams[at] as StreamSource, name])); // cast: as many as were packed
      this.draw(state, before?.templates, known);
    };
    // What it tells the page has been told.
    host.isRepeated = before !== undefined;
    host.isParted = before?.hasShown === true;
    const made = own.run(() => run.view.mount(new MountingContext(host, params, query)));
    return made instanceof Promise ? made.then(keep) : keep(made);
  }

  /**
   * Something that may change state begins.
   * @param isTold - Of what it changes the page is told.
   * @returns what is drawn meanwhile, for `over`.
   */
  begin(isTold = false): DrawnPage | undefined {
    const drawing = isTold ? undefined : this.drawing;
    this.options.began();
    this.host.running++;
    drawing?.begin();
    return drawing;
  }

  /** It has ended. */
  over(drawing: DrawnPage | undefined): void {
    this.host.running--;
    drawing?.end();
  }

  /** The page as it stands, for HTTP: it can be asked for nothing. @throws what `render` and `title` throw. */
  look(): PageSnapshot | undefined {
    const { notices } = this.options.lasting;
    const look = this.drawing?.look();
    if (look === undefined) return undefined;
    const title = this.title();
    notices.wrote(title);
    return { ...look, styles: notices.styles.all(), title };
  }

  /** What the page must do to catch up. @throws what `render` and `title` throw. */
  update(): Operation[] | undefined {
    const { drawing, host } = this;
    const { lasting, seal } = this.options;
    if (drawing === undefined) return undefined;
    drawing.update();
    const title = this.options.run.view.title === undefined ? undefined : this.followedTitle();
    if (title !== undefined) lasting.notices.setTitle(title);
    // Where the page is sent may be a load: then the messages it is to show go along.
    const items = lasting.messages?.young();
    if (items !== undefined && items.length > 0) lasting.notices.amendDestination((url) => seal(items, url));
    const operations = lasting.notices.take(drawing.take());
    host.dropTemporary();
    return operations;
  }

  /** As `page` of a `ViewRun`. */
  page(fresh: boolean): MountedPage | undefined {
    const { drawing } = this;
    const { lasting, run } = this.options;
    if (drawing === undefined) return undefined;
    let render = 0;
    if (fresh) render = drawing.look().render;
    else drawing.update();
    const content = drawing.content();
    this.host.dropTemporary();
    // What styles and title the page has is not known; it leaves out what it has.
    const hasNotices = lasting.notices.renew() || run.view.title !== undefined;
    return { ...drawing.known(), render, content, hasMore: hasNotices || fresh || drawing.isBehind };
  }

  /** The title as it is. */
  private title(): string | undefined {
    const { title } = this.options.run.view;
    return title && untracked(() => title(this.state));
  }

  /** The title as it is, whose changes are told from now on. */
  private followedTitle(): string | undefined {
    const { view } = this.options.run;
    if (!this.isTitleFollowed) {
      this.isTitleFollowed = true;
      let isFirst = true;
      (this.drawn ?? this.own).run(() =>
        effect(() => {
          view.title?.(this.state);
          if (!isFirst) this.options.changed();
          isFirst = false;
        }),
      );
    }
    return this.title();
  }

  /** Nothing is under way, and nothing is kept for the page that another mount would not make. */
  get isQuiet(): boolean {
    return this.solo !== undefined && this.host.isQuiet;
  }

  /** Ends all that was made. */
  end(): void {
    this.isOver = true;
    this.own.dispose();
    this.host.end();
  }

  /** Shows what others show: what is mounted is theirs too. */
  private share(room: Room): MaybePromise<void> {
    const opening = room.open();
    const join = (): void => {
      if (this.isOver) {
        room.giveUp();
        return;
      }
      const { lasting, changed } = this.options;
      this.drawing = room.join(this.own, changed, (css) => lasting.notices.styles.meet(css));
      this.state = room.state;
    };
    return opening instanceof Promise ? opening.then(join) : join();
  }

  private draw(
    state: unknown,
    templates: Templates | undefined,
    knownStreams: ReadonlyMap<StreamSource, string>,
  ): void {
    const { own, host } = this;
    const { run, lasting, bind, changed } = this.options;
    const { view, development, report } = run;
    const drawn = own.run(() => scope(() => {}, { name: "drawn" }));
    this.drawn = drawn;
    this.born = holdingsOf(own).owned;
    this.state = state;
    const page = host.pageContext();
    this.solo = new Drawing({
      own: drawn,
      watching: watchingIn(drawn, view.hasParts === true),
      render: (): Html => view.render(state, bind(), page),
      onStyle: (css) => lasting.notices.styles.meet(css),
      newStreamIds: () => `${toText(run.platform.random(STREAM_ID_BYTES))}.`,
      onStalePart: development && view.hasParts === true ? (error) => report(error.code, error) : undefined,
      onStaleRow: development ? (error) => report(error.code, error) : undefined,
      onChange: changed,
      ...{ templates, knownStreams },
    });
    this.drawing = this.solo;
  }
}
