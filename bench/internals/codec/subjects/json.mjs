// Text in bytes, as it would travel. It has no form for bytes, so cases with bin are not its.
import { subjectOf } from "./subject.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const subject = subjectOf({
  encode: (value) => encoder.encode(JSON.stringify(value)),
  decode: (bytes) => JSON.parse(decoder.decode(bytes)),
});
export const setUp = (caseName) => {
  const made = subject(caseName);
  return caseName.startsWith("decode")
    ? made
    : { ...made, answer: subject(caseName.replace(/^encode/, "decode")).answer };
};
