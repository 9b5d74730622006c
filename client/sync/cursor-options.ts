import type { CrdtText, Doc } from "../../lib/crdt/index.ts";
import type { Peer, Presence } from "../../lib/sync/index.ts";
import type { WireMap } from "../../lib/wire/index.ts";
import type { TextField } from "./bind-textarea.ts";

/**
 * What cursors belong to, and how they look. The field is bound to the text by `bindTextarea`.
 * @public
 */
export interface CursorOptions {
  readonly doc: Doc;
  readonly text: CrdtText;
  readonly field: TextField;
  readonly presence: Presence;
  /**
   * The name and colour of a peer; a colour is any CSS colour.
   * @defaultValue `name` and `color` of the peer's user, else no name and a colour by its number
   */
  readonly describe?: (peer: Peer) => { readonly name: string; readonly color: string };
  /** Takes the own selection, `{ anchor, head }`, whenever it changes. @defaultValue `presence.set` */
  readonly publish?: (selection: WireMap) => void;
}
