/** A message that says whose it is and which one, and whose every byte follows from that: torn or mixed ones do not read. */
export function makeMessage(lane: number, index: number, maxBytes: number): Uint8Array {
  const length = 8 + ((index * 7919 + lane * 31) % (maxBytes - 7));
  const message = new Uint8Array(length);
  const view = new DataView(message.buffer);
  view.setUint32(0, index);
  view.setUint32(4, lane);
  for (let i = 8; i < length; i++) message[i] = (index * 13 + lane * 5 + i) & 255;
  return message;
}

/** Reads one back. @throws Error when a byte is not what it was. */
export function readMessage(message: Uint8Array): { readonly lane: number; readonly index: number } {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const index = view.getUint32(0);
  const lane = view.getUint32(4);
  for (let i = 8; i < message.length; i++) {
    if (message[i] !== ((index * 13 + lane * 5 + i) & 255)) throw new Error(`byte ${i} of ${lane}/${index} is torn`);
  }
  return { lane, index };
}

/** Bytes that say from which seed they come. */
export const filled = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (seed * 31 + i * 7) & 255);
