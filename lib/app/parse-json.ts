import { CodedError } from "../errors/index.ts";

/** A body as JSON, without keys that would reach a prototype. @throws CodedError `APP_BAD_JSON` */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return PROTO_KEY.test(text) ? withoutProto(value) : value;
  } catch {
    // The parser's own message quotes the body, so it is not passed on.
    throw new CodedError("APP_BAD_JSON", `a body of ${text.length} characters is not JSON`);
  }
}

/** `__proto__` as a JSON key, in any spelling. */
const PROTO_KEY =
  /"(?:_|\\u005f)(?:_|\\u005f)(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006f)(?:t|\\u0074)(?:o|\\u006f)(?:_|\\u005f)(?:_|\\u005f)"\s*:/i;

/** Drops the key everywhere: copied by assignment, as `Object.assign` does it, it would replace a prototype. */
function withoutProto(whole: unknown): unknown {
  const open: unknown[] = [whole];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    if (Object.hasOwn(value, "__proto__")) Reflect.deleteProperty(value, "__proto__");
    for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) open.push(inner);
  }
  return whole;
}
