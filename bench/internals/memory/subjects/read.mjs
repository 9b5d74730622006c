// One text read from UTF-8 that nobody vouches for. Ways: reader (readUtf8), decoder (TextDecoder, fatal), slice (Buffer.utf8Slice, which refuses
// nothing).
import { readUtf8 } from "busbar/pool";
import { bytesOf, textsOf, wayOf } from "../data.mjs";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function setUp(caseName) {
  const size = bytesOf(caseName);
  const texts = textsOf(size);
  const whole = Buffer.from(texts.join(""));
  const places = [];
  let end = 0;
  for (const text of texts) {
    places.push([end, end + Buffer.byteLength(text)]);
    end = places.at(-1)[1];
  }
  const read = { reader, decoder: decode, slice }[wayOf(import.meta.url)];
  const bytes = new Uint8Array(whole.buffer, whole.byteOffset, whole.length);
  let next = 0;
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const [from, to] = places[next++ % places.length];
      sum += read(bytes, from, to).length;
    }
    return sum;
  };
  return { answer: () => places.map(([from, to]) => read(bytes, from, to)).join("|"), run, bytes: size };
}

function reader(bytes, from, to) {
  return readUtf8(bytes, from, to);
}

function decode(bytes, from, to) {
  return decoder.decode(bytes.subarray(from, to));
}

function slice(bytes, from, to) {
  return Buffer.prototype.utf8Slice.call(bytes, from, to);
}
