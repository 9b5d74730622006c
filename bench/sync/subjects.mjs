// Who is measured. `server` and `client` name what server.mjs and clients.mjs load.
export const SUBJECTS = [
  {
    name: "busbar/sync",
    kind: "busbar",
    note: "levelStore, every acknowledged edit synced to the disk before others see it",
  },
  {
    name: "busbar/sync, not synced",
    kind: "busbar-process",
    note: 'levelStore with durability "process": what the two rivals promise',
  },
  { name: "y-websocket", kind: "ywebsocket", note: "its own server with y-leveldb, which does not wait for the disk" },
  {
    name: "Hocuspocus",
    kind: "hocuspocus",
    note: "documents from y-leveldb, stored whole 2 s after an edit, as its extensions do",
  },
];
