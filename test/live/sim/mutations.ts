import {
  ACK,
  ADOPT,
  decodeLiveFrame,
  EVENT,
  encodeLiveFrame,
  HELLO,
  type LiveFrame,
  MOUNT,
  PATCH,
} from "../../../lib/wire/index.ts";
import type { SimControl } from "./dom/elements.ts";
import type { Mutation } from "./simulate.ts";
import type { Tap } from "./transport.ts";

/*
 * Subjects that break one promise each, made by what stands between a right server and a right client. A simulation that does not find them
 * proves nothing.
 */

/** Changes frames one by one. */
function rewrite(change: (frame: LiveFrame) => LiveFrame): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => encodeLiveFrame(change(decodeLiveFrame(bytes)));
}

/** Patches that come twice get a number of their own: as if the client did not look at numbers. */
function blindClient(tap: Tap): Tap {
  let ahead = 0;
  let last = 0;
  const renumber = rewrite((frame) => {
    if (frame[0] !== PATCH) return frame;
    const [type, seq, ...rest] = frame;
    if (seq <= last) ahead++;
    last = Math.max(last, seq);
    return [type, seq + ahead, ...rest];
  });
  const back = rewrite((frame) => {
    if (frame[0] === ACK) return [ACK, frame[1] - ahead];
    return frame[0] === EVENT ? [EVENT, frame[1], frame[2] - ahead, frame[3], frame[4]] : frame;
  });
  return {
    ...tap,
    toClient: (bytes) => tap.toClient(bytes).map(renumber),
    fromClient: (bytes) => tap.fromClient(bytes).map(back),
  };
}

/** Events that come twice get a number of their own: as if the server did not remember what it has run. */
function forgetfulServer(tap: Tap): Tap {
  let ahead = 0;
  let last = 0;
  return {
    ...tap,
    toServer: (bytes) =>
      tap.toServer(bytes).map(
        rewrite((frame) => {
          if (frame[0] !== EVENT) return frame;
          const [type, ref, ...rest] = frame;
          if (ref <= last) ahead++;
          last = Math.max(last, ref);
          return [type, ref + ahead, ...rest];
        }),
      ),
    fromServer: (bytes) =>
      tap.fromServer(
        rewrite((frame) => {
          if (frame[0] === ACK) return [ACK, Math.max(0, frame[1] - ahead)];
          if (frame[0] !== PATCH) return frame;
          const [type, seq, handled, ...operations] = frame;
          return [type, seq, Math.max(0, handled - ahead), ...operations];
        })(bytes),
      ),
  };
}

/** Events are acknowledged when they arrive, not when they have run. */
function hastyServer(tap: Tap): Tap {
  let arrived = 0;
  return {
    ...tap,
    toServer: (bytes) => {
      const messages = tap.toServer(bytes);
      for (const message of messages) {
        const frame = decodeLiveFrame(message);
        if (frame[0] === EVENT) arrived = Math.max(arrived, frame[1]);
      }
      return messages;
    },
    fromServer: (bytes) =>
      tap.fromServer(
        rewrite((frame) => {
          if (frame[0] === ACK) return [ACK, Math.max(arrived, frame[1])];
          if (frame[0] !== PATCH) return frame;
          const [type, seq, handled, ...operations] = frame;
          return [type, seq, Math.max(arrived, handled), ...operations];
        })(bytes),
      ),
  };
}

/** A new session is passed off as the old one: so the client sends again what had been sent to that. */
function hiddenEpoch(tap: Tap): Tap {
  const hide = rewrite((frame) => {
    if (frame[0] === ADOPT) return [ADOPT, 1, frame[2]];
    return frame[0] === MOUNT ? [MOUNT, 1, frame[2], frame[3], frame[4]] : frame;
  });
  return { ...tap, fromServer: (bytes) => tap.fromServer(hide(bytes)) };
}

/** The client names what was acknowledged as what it has sent, and so sends the rest again, also to a new session. */
function shamelessClient(): (tap: Tap) => Tap {
  let acknowledged = 0;
  return (tap) => ({
    ...tap,
    fromServer: hiddenEpoch(tap).fromServer,
    toClient: (bytes) => {
      const frame = decodeLiveFrame(bytes);
      if (frame[0] === ACK) acknowledged = Math.max(acknowledged, frame[1]);
      if (frame[0] === PATCH) acknowledged = Math.max(acknowledged, frame[2]);
      return tap.toClient(bytes);
    },
    fromClient: (bytes) => {
      const frame = decodeLiveFrame(bytes);
      if (frame[0] !== HELLO) return tap.fromClient(bytes);
      const [type, token, build, seq, , ...rest] = frame;
      return tap.fromClient(encodeLiveFrame([type, token, build, seq, acknowledged, ...rest]));
    },
  });
}

/** Each link now and then gets what was meant for the one before it. */
function crossedWires(): (tap: Tap) => Tap {
  let stray: Uint8Array | undefined;
  return (tap) => ({
    ...tap,
    fromServer: (bytes) => {
      const type = bytes[1];
      if (type !== PATCH) return tap.fromServer(bytes);
      const other = stray ?? bytes;
      stray = bytes;
      return tap.fromServer(other);
    },
  });
}

/** Every third patch is left out, and those after it move up. */
function lostPatches(tap: Tap): Tap {
  let count = 0;
  let missing = 0;
  return {
    ...tap,
    fromServer: (bytes) => {
      const frame = decodeLiveFrame(bytes);
      if (frame[0] !== PATCH) return tap.fromServer(bytes);
      if (++count % 3 === 0) {
        missing++;
        return tap.fromServer(encodeLiveFrame([ACK, frame[2]]));
      }
      const [type, seq, ...rest] = frame;
      return tap.fromServer(encodeLiveFrame([type, seq - missing, ...rest]));
    },
  };
}

/** Each with the promise it breaks. */
export const mutations: Readonly<Record<string, () => Mutation>> = {
  "a client that applies a patch twice": () => ({ tap: blindClient }),
  "a server that runs an event twice": () => ({ tap: forgetfulServer }),
  "a server that acknowledges before it has run": () => ({ tap: hastyServer }),
  "a new session that is passed off as the old one": () => ({ tap: hiddenEpoch }),
  "a client that sends again after a crash": () => ({ tap: shamelessClient() }),
  "patches that go to another page": () => ({ tap: crossedWires() }),
  "patches that never come": () => ({ tap: lostPatches }),
  "a handler that runs twice": () => ({
    view: (view) => ({
      ...view,
      handlers: view.handlers.map((handler) => ({
        ...handler,
        run: (...args) => {
          void handler.run(...args);
          return handler.run(...args);
        },
      })),
    }),
  }),
  "a server that knows no window": () => ({ windowFrames: 1000 }),
  "a session that is never cleaned up": () => ({
    view: (view) => ({
      ...view,
      mount: (context) => view.mount({ ...context, own: { ...context.own, onCleanup: () => () => {} } }),
    }),
  }),
  "a mount that loses drafts": () => ({
    taken(frame, document) {
      if (frame[0] !== MOUNT) return;
      for (const field of document.querySelectorAll("[data-draft]") as SimControl[]) field.value = ""; // cast: so the views are made
    },
  }),
};
