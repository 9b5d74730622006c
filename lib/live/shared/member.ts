import type { Css } from "../../html/index.ts";
import { type Content, OP_COMMAND, OP_REPLACE, OP_TEMPLATE, type Operation, STYLE_COMMAND } from "../../wire/index.ts";
import type { DrawnPage, Look } from "../view/drawing-types.ts";

/** A room, as those who are in it see it. */
export interface MembersRoom {
  /** The page everybody shows. */
  readonly page: DrawnPage;
  readonly styles: readonly Css[];
  /** How many batches there have been. */
  readonly version: number;
  /** Draws what has changed, and tells everybody but who asks. @throws what `render` throws. */
  advance(asking: Member): void;
  /** The same, when whoever changed it is done. */
  advanceSoon(): void;
  /** The batches from one on; undefined when they are not kept any more. */
  since(version: number): readonly (readonly Operation[])[] | undefined;
}

/** A member's view of the page of its room. */
export class Member implements DrawnPage {
  readonly changed: () => void;
  private readonly room: MembersRoom;
  private readonly onStyle: (css: Css) => void;
  /** How many batches its client has; -1 before it has a page. */
  private seen = -1;
  /** How many templates its client has. */
  private templates = 0;

  constructor(room: MembersRoom, changed: () => void, onStyle: (css: Css) => void) {
    this.room = room;
    this.changed = changed;
    this.onStyle = onStyle;
  }

  get isBehind(): boolean {
    return false;
  }

  begin(): void {
    this.room.page.begin();
  }

  end(): void {
    this.room.page.end();
    this.room.advanceSoon();
  }

  update(): void {
    this.room.advance(this);
  }

  /** What others have been told since it was this one's turn: the same operations, so that they are encoded once. */
  take(): Operation[] {
    const { room } = this;
    const { seen } = this;
    const batches = seen < 0 ? undefined : room.since(seen);
    if (batches === undefined) return this.takeWhole();
    this.seen = room.version;
    this.templates = room.page.known().templates.length;
    const [only] = batches;
    if (batches.length === 1 && only !== undefined) return only as Operation[]; // cast: nobody writes into it
    return batches.flat();
  }

  look(): Look {
    this.room.advance(this);
    const look = this.room.page.peek();
    this.catchUp();
    // What cannot be seen in markup is told by the first patch: of streams, that they are some.
    if (this.room.page.hasStreams) this.seen = -1;
    return look;
  }

  peek(): Look {
    return this.room.page.peek();
  }

  get hasStreams(): boolean {
    return this.room.page.hasStreams;
  }

  content(): Content {
    const content = this.room.page.content();
    this.catchUp();
    return content;
  }

  known(): Pick<Look, "templates" | "templatesHash"> {
    return this.room.page.known();
  }

  private takeWhole(): Operation[] {
    const { room, templates } = this;
    const content = room.page.content();
    const sources = room.page.known().templates.slice(templates);
    this.catchUp();
    return [
      ...room.styles.map(({ text }): Operation => [OP_COMMAND, STYLE_COMMAND, text]),
      ...sources.map((source, at): Operation => [OP_TEMPLATE, templates + at, ...source]),
      [OP_REPLACE, [], content],
    ];
  }

  private catchUp(): void {
    this.seen = this.room.version;
    this.templates = this.room.page.known().templates.length;
    for (const css of this.room.styles) this.onStyle(css);
  }
}
