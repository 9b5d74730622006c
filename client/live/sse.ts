import { urlOf } from "./slots.ts";
import type { More, Socket } from "./types.ts";

/** Where a WebSocket cannot be opened: events down, posts up, the same frames. Tries them by turns, as what is missing may be the network. */
export const fallBack: More = (live) => {
  const webSocket = live._open;
  live._switch = () => {
    live._open = live._open === webSocket ? () => openStream(urlOf(live._root)) : webSocket;
  };
};

const openStream = (url: string): Socket => {
  const source = new EventSource(url);
  let channel = "";
  let unsent: Uint8Array<ArrayBuffer>[] = [];
  let isPosting = false;
  const socket: Socket = {
    send: (bytes) => {
      const { length } = bytes;
      unsent.push(new Uint8Array([length >> 24, length >> 16, length >> 8, length]), bytes);
      post();
    },
    close: () => {
      source.close();
      const { onclose } = socket;
      socket.onclose = null;
      setTimeout(() => onclose?.());
    },
  };
  const post = async (): Promise<void> => {
    if (isPosting) return;
    isPosting = true;
    try {
      while (unsent[0]) {
        const body = new Blob(unsent);
        unsent = [];
        // What is small arrives also when the page is left.
        const response = await fetch(url, {
          method: "POST",
          body,
          keepalive: body.size < 60_000,
          headers: { "Bus-Live": channel, "Content-Type": "application/octet-stream" },
        });
        if (!response.ok) throw Error();
      }
    } catch {
      socket.close();
    }
    isPosting = false;
  };
  // The browser has an event of this name too, without data.
  source.addEventListener("open", ({ data }: Event & { data?: string }) => {
    if (!data) return;
    channel = data;
    socket.onopen?.();
  });
  source.onmessage = ({ data }) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    socket.onmessage?.(new MessageEvent("message", { data: bytes.buffer }));
  };
  source.onerror = () => socket.close(); // it would come back by itself, and be another session
  return socket;
};
