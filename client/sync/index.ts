/**
 * The browser side of shared documents: open one, bind it to a text field, draw the others' cursors. An ES module; importing it
 * does nothing by itself and sets nothing global.
 * @packageDocumentation
 */
export { createDoc, createUndo, decodeCursor, encodeCursor } from "../../lib/crdt/index.ts";
export { computed, effect, signal } from "../../lib/signals/index.ts";
export { createPresence, createReplica, signalOf } from "../../lib/sync/index.ts";
export { bindTextarea, type TextField } from "./bind-textarea.ts";
export { bindUndo } from "./bind-undo.ts";
export type { CursorOptions } from "./cursor-options.ts";
export { bindCursors } from "./cursors.ts";
export { deleteIndexedDb, type IndexedDbOptions, indexedDbStore } from "./indexed-db.ts";
export { type OpenDocument, type OpenDocumentOptions, openDocument } from "./open-document.ts";
export { browserPlatform } from "./platform.ts";
export { connectSocket } from "./socket.ts";
export { browserTabs } from "./tabs.ts";
