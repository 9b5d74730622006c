import { once } from "node:events";
import { connect } from "node:net";

/** Writes raw bytes to a server and gives all it sends back until it closes, or until `until` has been seen. */
export async function rawRequest(
  origin: string,
  parts: readonly (string | Uint8Array)[],
  until?: RegExp,
): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  let text = "";
  const done = new Promise<void>((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (until?.test(text) === true) resolve();
    });
    socket.on("close", () => resolve());
    socket.on("error", () => resolve());
  });
  await once(socket, "connect");
  for (const part of parts) {
    if (!socket.write(part)) await Promise.race([once(socket, "drain"), done]);
    if (socket.destroyed) break;
  }
  await done;
  socket.destroy();
  return text;
}

/** Waits until a condition holds; the test's own time limit is the only clock. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A request body of that many chunks, sent without announcing its length. */
export function chunked(count: number, chunkBytes: number): ReadableStream<Uint8Array> {
  let left = count;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(chunkBytes).fill(97));
      else controller.close();
    },
  });
}
