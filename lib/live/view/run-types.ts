import type { Platform } from "../../app/index.ts";
import type { ErrorCode } from "../../errors/index.ts";
import type { Css } from "../../html/index.ts";
import type { Bus, Content, TemplateSource } from "../../wire/index.ts";
import type { WakeQueue } from "../persist/wake-queue.ts";
import type { Room } from "../shared/shared.ts";
import type { SessionInfo } from "./context-types.ts";
import type { View } from "./view.ts";

/** What a view runs with. */
export interface ViewRunOptions {
  readonly view: View;
  readonly info: SessionInfo;
  /** Of the path, where nobody has been let in yet. */
  readonly params: unknown;
  /** The same, of the address. @defaultValue none */
  readonly query?: unknown;
  readonly bind: Readonly<Record<string, unknown>>;
  readonly platform: Platform;
  /** Brings messages of others, under topics that begin with `topicPrefix`. */
  readonly bus: Bus;
  readonly topicPrefix: string;
  /** Of a shared view: where all sessions are in that show the same. */
  readonly enter?: ((visit: { readonly params: unknown; readonly query: unknown }) => Room) | undefined;
  /** Where wakings wait for their turn; without it, none does. */
  readonly wakeQueue?: Pick<WakeQueue, "add"> | undefined;
  /** Looks, after each render, for rows of collections that show what is not in their item. */
  readonly development: boolean;
  /** Hears of errors that end nothing. */
  report(code: ErrorCode, error?: unknown): void;
  /** What is shown has changed: an update is due. */
  changed(): void;
}

/** A page as it goes out over HTTP. */
export interface PageSnapshot {
  readonly markup: string;
  readonly render: number;
  readonly templates: readonly TemplateSource[];
  readonly templatesHash: number;
  /** Stylesheets of the components shown so far. */
  readonly styles: readonly Css[];
  /** As the view's own `title` gives it. */
  readonly title?: string | undefined;
}

/** A page as a MOUNT carries it. */
export interface MountedPage {
  readonly templates: readonly TemplateSource[];
  readonly templatesHash: number;
  /** 0 where it is not known. */
  readonly render: number;
  readonly content: Content;
  /** There is more to tell than the content: a patch must follow. */
  readonly hasMore: boolean;
}
