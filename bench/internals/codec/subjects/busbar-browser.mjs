// The codec of browser bundles: small, and measured so that its price is known.
import { decodeValue, encodeValue } from "../../../../dist/chunks/wire-codec.browser.js";
import { subjectOf } from "./subject.mjs";

export const setUp = subjectOf({ encode: (value) => encodeValue(value), decode: (bytes) => decodeValue(bytes) });
