import type { CodedError } from "../../errors/index.ts";
import type { Css, Html } from "../../html/index.ts";
import type { StreamSource, Templates, Watching } from "../../patch/index.ts";
import type { Scope } from "../../signals/index.ts";
import type { Content, Operation, TemplateSource } from "../../wire/index.ts";

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
  /** For development: told when a component shows what nobody has told of. */
  readonly onStalePart?: ((error: CodedError) => void) | undefined;
  /** Gives what the names of a page's streams begin with: another each time. */
  readonly newStreamIds?: (() => string) | undefined;
  /** Something shown has changed: an update is due. */
  readonly onChange: () => void;
  /** What the page knows from a drawing before this one. @defaultValue nothing */
  readonly templates?: Templates | undefined;
  /** Streams whose rows its page has from there, with their names. */
  readonly knownStreams?: ReadonlyMap<StreamSource, string> | undefined;
}

/** A page as it is for HTTP. */
export interface Look {
  readonly markup: string;
  /** Tells it from others, never 0. */
  readonly render: number;
  readonly templates: readonly TemplateSource[];
  readonly templatesHash: number;
}

/** What a session shows: a drawing of its own, or its part in one. */
export interface DrawnPage {
  /** What stands now, for HTTP; from now on the client's page is this. @throws what `render` throws. */
  look(): Look;
  /** The same, and the page of those who have one goes on. @throws what `render` throws. */
  peek(): Look;
  known(): Pick<Look, "templates" | "templatesHash">;
  begin(): void;
  end(): void;
  update(): void;
  take(): Operation[];
  content(): Content;
  readonly isBehind: boolean;
  /** It shows lists whose rows nobody but clients has. */
  readonly hasStreams: boolean;
}
