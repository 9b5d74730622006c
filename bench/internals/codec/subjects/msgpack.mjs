import { decode, encode } from "@msgpack/msgpack";
import { subjectOf } from "./subject.mjs";

export const setUp = subjectOf({ encode: (value) => encode(value), decode: (bytes) => decode(bytes) });
