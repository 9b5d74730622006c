import { isCodedError } from "../errors/index.ts";
import type { HeaderPair, Reply } from "./types.ts";

const PROBLEM_TYPE: HeaderPair = Object.freeze(["content-type", "application/problem+json"] as const);

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
};

/** What went wrong on the client's side, told apart from the host's own failures by code. */
const FAULTS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  APP_BAD_JSON: [400, "The body is not valid JSON."],
  APP_BAD_TEXT: [400, "The body is not valid UTF-8."],
  APP_BAD_CONTENT_TYPE: [415, "The body is not of a type this address takes."],
  APP_BODY_TOO_LARGE: [413, "The body is too large."],
  APP_TOO_MANY_FIELDS: [413, "There are too many fields."],
  MULTIPART_MALFORMED: [400, "The body is not a valid multipart form."],
  MULTIPART_TOO_LARGE: [413, "A part of the body is too large, or there are too many."],
};

/** A reason in RFC 9457's format. */
export function problem(
  status: number,
  members: Readonly<Record<string, unknown>> = {},
  headers: HeaderPair[] = [],
): Reply {
  const body = JSON.stringify({ type: "about:blank", title: TITLES[status] ?? "Error", status, ...members });
  return { status, headers: [PROBLEM_TYPE, ...headers], body };
}

/** The answer to an error that is the client's fault; `undefined` for every other. */
export function problemOf(error: unknown): Reply | undefined {
  if (!isCodedError(error)) return undefined;
  const fault = FAULTS[error.code];
  return fault === undefined ? undefined : problem(fault[0], { detail: fault[1] });
}
