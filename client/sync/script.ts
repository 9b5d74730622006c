// The module of a page without a bundler: what it takes to open a document, to bind it and to show where it stands. The rest is in more-script.ts.
export { createDoc } from "../../lib/crdt/index.ts";
export { computed, effect, signal } from "../../lib/signals/index.ts";
export { createPresence } from "../../lib/sync/index.ts";
export { bindTextarea } from "./bind-textarea.ts";
export { bindCursors } from "./cursors.ts";
export { deleteIndexedDb, indexedDbStore } from "./indexed-db.ts";
export { openDocument } from "./open-document.ts";
export { browserPlatform } from "./platform.ts";
export { connectSocket } from "./socket.ts";
export { browserTabs } from "./tabs.ts";
