import { createBufferPool } from "busbar/pool";
import { decodeValue, encodeLease } from "busbar/wire";
import { subjectOf } from "./subject.mjs";

const pool = createBufferPool();
export const setUp = subjectOf({
  encode: (value) => encodeLease(value, pool),
  decode: (bytes) => decodeValue(bytes),
  written: (lease) => lease.written(),
  done: (lease) => lease.release(),
});
