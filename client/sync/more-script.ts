// The same and all else of the door: undo, places as bytes, replicas put together by hand, nodes as signals.
export { createUndo, decodeCursor, encodeCursor } from "../../lib/crdt/index.ts";
export { createReplica, signalOf } from "../../lib/sync/index.ts";
export { bindUndo } from "./bind-undo.ts";
export {
  bindCursors,
  bindTextarea,
  browserPlatform,
  browserTabs,
  computed,
  connectSocket,
  createDoc,
  createPresence,
  deleteIndexedDb,
  effect,
  indexedDbStore,
  openDocument,
  signal,
} from "./script.ts";
