import { decodeValue, encodeValue } from "busbar/wire";
import { subjectOf } from "./subject.mjs";

export const setUp = subjectOf({ encode: (value) => encodeValue(value), decode: (bytes) => decodeValue(bytes) });
