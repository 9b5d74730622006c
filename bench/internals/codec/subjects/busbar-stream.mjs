import { createDecoder, encodeValue } from "busbar/wire";
import { subjectOf } from "./subject.mjs";

const decoder = createDecoder();
export const setUp = subjectOf({ encode: (value) => encodeValue(value), decode: (bytes) => decoder.push(bytes)[0] });
