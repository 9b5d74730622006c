import { once } from "node:events";
import { Writable } from "node:stream";

/** A response that takes whatever comes, and when it has ended. */
export function response(sink) {
  const writable = new Writable({
    decodeStrings: true,
    write(chunk, _encoding, done) {
      sink(chunk);
      done();
    },
  });
  return { writable, finished: once(writable, "finish") };
}
