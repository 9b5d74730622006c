import type { CrdtText, Doc } from "../../crdt/index.ts";
import { effect } from "../../signals/index.ts";
import type { WireMap } from "../../wire/index.ts";
import { demandOption } from "../options.ts";
import type { Peer, Presence } from "./presence.ts";
import { decodeSelection, describePeer, encodeSelection, type TextSelection } from "./selection.ts";

/**
 * What cursors belong to, and how they look.
 * @public
 */
export interface TextCursorsOptions {
  readonly doc: Doc;
  /** A text of that document. */
  readonly text: CrdtText;
  readonly presence: Presence;
  /** The name and colour of a peer; a colour is any CSS colour. @defaultValue `describePeer` */
  readonly describe?: (peer: Peer) => { readonly name: string; readonly color: string };
  /** Takes the own selection, `{ anchor, head }`, whenever it changes. @defaultValue `presence.set` */
  readonly publish?: (selection: WireMap) => void;
  /** Somebody's cursor is another: once per turn of the event loop, and never while an editor is being updated. */
  readonly changed: () => void;
}

/**
 * Somebody else's selection in a text.
 * @public
 */
export interface TextCursor extends TextSelection {
  /** The peer's number. */
  readonly id: number;
  readonly name: string;
  /** As the peer says it: it may come from a stranger. */
  readonly color: string;
}

/**
 * The cursors in a shared text, for the binding of an editor: those of the others to draw, and the own one for them.
 * @example
 * ```ts
 * const cursors = new TextCursors({ doc, text, presence, changed: () => editor.redraw() });
 * for (const { anchor, head, name, color } of cursors.others()) editor.drawCaret(head, name, color);
 * editor.onSelection((anchor, head) => cursors.share({ anchor, head }));
 * ```
 * @public
 */
export class TextCursors {
  readonly #options: TextCursorsOptions;
  readonly #stop: () => void;
  #published = "";
  #isDue = false;
  #isEnded = false;

  /** @throws CodedError `SYNC_BAD_OPTION`. */
  constructor(options: TextCursorsOptions) {
    checkOptions(options);
    this.#options = options;
    this.#stop = effect(() => {
      options.presence.others.get();
      this.#tell();
    });
  }

  /** Everyone else's, where they are now. */
  others(): readonly TextCursor[] {
    const { doc, text, presence, describe = describePeer } = this.#options;
    return presence.others.peek().flatMap((peer) => {
      const selection = decodeSelection(doc, text, peer.state);
      return selection === undefined ? [] : [{ id: peer.id, ...selection, ...describe(peer) }];
    });
  }

  /**
   * Tells the others where the own selection is, when it is somewhere else than they know: edits of others move none, as it is relative.
   * @throws CodedError `SYNC_BAD_OPTION` for what is no selection.
   */
  share(selection: TextSelection): void {
    const { doc, text, presence, publish = (state: WireMap): void => presence.set(state) } = this.#options;
    const state = encodeSelection(doc, text, selection);
    const said = `${state["anchor"]} ${state["head"]}`;
    if (said === this.#published) return;
    this.#published = said;
    publish(state);
  }

  /** Ends it. Stopping twice is harmless. */
  stop(): void {
    this.#isEnded = true;
    this.#stop();
  }

  #tell(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    void Promise.resolve().then(() => {
      this.#isDue = false;
      if (!this.#isEnded) this.#options.changed();
    });
  }
}

function checkOptions(options: Partial<TextCursorsOptions> | undefined): void {
  const { doc, text, presence, describe, publish, changed } = options ?? {};
  demandOption(typeof doc?.resolve === "function", "doc");
  demandOption(typeof text?.insert === "function", "text");
  demandOption(typeof presence?.others?.get === "function", "presence");
  demandOption(typeof changed === "function", "changed");
  demandOption(describe === undefined || typeof describe === "function", "describe");
  demandOption(publish === undefined || typeof publish === "function", "publish");
}
