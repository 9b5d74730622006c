// Clients of each server in one form: the client its own package ships, over the same package `ws`.
//   connect(port, name, { fill }) -> { text(): string, length(): number, insert(at, s), onChange(f), synced: Promise, close() }
import process from "node:process";
import { WebSocket } from "ws";

export const drivers = {
  busbar: busbarDriver,
  "busbar-process": busbarDriver,
  ywebsocket: yWebsocketDriver,
  hocuspocus: hocuspocusDriver,
};

async function busbarDriver() {
  const { crdt, node, sync } = await import("./busbar.mjs");
  const platform = node.nodePlatform;
  return {
    /** The document's content as that package encodes it. */
    make(trace) {
      const doc = crdt.createDoc({ random: platform.random });
      const body = doc.text("body");
      for (const { patches } of trace.txns) {
        for (const [at, deleted, inserted] of patches) {
          if (deleted > 0) body.delete(at, deleted);
          if (inserted !== "") body.insert(at, inserted);
        }
      }
      return doc.encode();
    },
    connect(port, name, { fill, isIdle } = {}) {
      const doc = crdt.createDoc({ random: platform.random });
      if (fill !== undefined) doc.apply(fill);
      const replica = sync.createReplica({ doc, name, platform, connect: () => channelTo(port) });
      const body = isIdle ? undefined : doc.text("body");
      return {
        text: () => body.toString(),
        length: () => body.length,
        insert: (at, string) => body.insert(at, string),
        onChange: (f) => body.observe(f),
        synced: until(
          () => replica.status.peek() === "synced",
          (f) => doc.onUpdate(f),
        ),
        close: () => replica.stop(),
      };
    },
  };
}

/** A socket as a channel, in a few lines: what adapters/ws does for servers. */
function channelTo(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/sync`, { perMessageDeflate: false });
  socket.binaryType = "arraybuffer";
  const listeners = new Set();
  socket.on("message", (data) => {
    const bytes = new Uint8Array(data);
    for (const listener of listeners) listener(bytes);
  });
  const channel = {
    get queuedBytes() {
      return socket.bufferedAmount;
    },
    send: (bytes) => socket.readyState === WebSocket.OPEN && socket.send(bytes),
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose(listener) {
      const closed = (code) => listener(code, "");
      socket.on("close", closed);
      return () => socket.off("close", closed);
    },
    close: (code) => socket.close(code),
  };
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(channel));
    socket.once("error", reject);
  });
}

async function yjsForm() {
  const Y = await import("yjs");
  return {
    Y,
    make(trace) {
      const doc = new Y.Doc();
      const body = doc.getText("body");
      for (const { patches } of trace.txns) {
        doc.transact(() => {
          for (const [at, deleted, inserted] of patches) {
            if (deleted > 0) body.delete(at, deleted);
            if (inserted !== "") body.insert(at, inserted);
          }
        });
      }
      return Y.encodeStateAsUpdate(doc);
    },
    form(doc, provider, isSynced) {
      const body = doc.getText("body");
      return {
        text: () => body.toString(),
        length: () => body.length,
        insert: (at, string) => body.insert(at, string),
        onChange: (f) => body.observe(f),
        synced: until(isSynced, () => {}),
        close: () => provider.destroy(),
      };
    },
  };
}

async function yWebsocketDriver() {
  const { Y, make, form } = await yjsForm();
  const { WebsocketProvider } = await import("y-websocket");
  return {
    make,
    connect(port, name, { fill } = {}) {
      const doc = new Y.Doc();
      if (fill !== undefined) Y.applyUpdate(doc, fill);
      const provider = new WebsocketProvider(`ws://127.0.0.1:${port}`, name, doc, {
        WebSocketPolyfill: WebSocket,
        disableBc: true,
      });
      return form(doc, provider, () => provider.synced);
    },
  };
}

async function hocuspocusDriver() {
  const { Y, make, form } = await yjsForm();
  const { HocuspocusProvider, HocuspocusProviderWebsocket } = await import("@hocuspocus/provider");
  return {
    make,
    connect(port, name, { fill } = {}) {
      const document = new Y.Doc();
      if (fill !== undefined) Y.applyUpdate(document, fill);
      const websocketProvider = new HocuspocusProviderWebsocket({
        url: `ws://127.0.0.1:${port}`,
        WebSocketPolyfill: WebSocket,
      });
      const provider = new HocuspocusProvider({ websocketProvider, name, document });
      provider.attach?.();
      const client = form(document, provider, () => provider.isSynced);
      return {
        ...client,
        close() {
          provider.destroy();
          websocketProvider.destroy();
        },
      };
    },
  };
}

const PATIENCE_MS = 120_000;

/** Resolves once `test` holds. Looks at every turn: what is measured is not rounded to a timer's step. */
function until(test) {
  const end = performance.now() + PATIENCE_MS;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (test()) resolve();
      else if (performance.now() > end) reject(new Error("not synced in time"));
      else setImmediate(look);
    };
    look();
  });
}

process.on("uncaughtException", (error) => {
  console.error(error);
  process.exit(1);
});
