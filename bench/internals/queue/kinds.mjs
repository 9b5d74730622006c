// What the cases of this part are made of; the subjects and their threads read it too.
export const BATCH = 256;

export const SIZES = { "64 B": 64, "1 KiB": 1024, "64 KiB": 65_536 };

/** The case as its name says: what is sent, and how. */
export function kindOf(caseName) {
  if (caseName.startsWith("16-byte")) return { kind: "batches", numbers: 2 };
  if (caseName.startsWith("8-byte")) return { kind: "numbers", numbers: 1 };
  const size = Object.entries(SIZES).find(([name]) => caseName.startsWith(name))?.[1];
  if (size === undefined) throw new Error(`no such case: ${caseName}`);
  const isPingPong = caseName.includes("there and back");
  return { kind: isPingPong ? "ping-pong" : "bytes", size, producers: caseName.includes("two producers") ? 2 : 1 };
}

/** Sixteen messages that differ. */
export function makeMessages(size) {
  return Array.from({ length: 16 }, (_, k) => Uint8Array.from({ length: size }, (_, i) => (k * 37 + i * 11) & 255));
}

/** What is added up of a message: its ends and its middle. */
export function weightOf(message) {
  return message[0] + message[message.length >> 1] + message[message.length - 1];
}
