import { isCodedError } from "../errors/index.ts";
import { hasHeader, toPairs } from "./headers.ts";
import type { HeaderList, HeaderPair, Reply } from "./types.ts";

const PROBLEM_TYPE: HeaderPair = /* @__PURE__ */ Object.freeze(["content-type", "application/problem+json"] as const);

/** As the RFCs name them. */
const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** What went wrong on the client's side, told apart from the host's own failures by code. */
const FAULTS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  APP_BAD_JSON: [400, "The body is not valid JSON."],
  APP_BAD_TEXT: [400, "The body is not valid UTF-8."],
  APP_BAD_CONTENT_TYPE: [415, "The body is not of a type this address takes."],
  APP_BAD_TRANSFER_CODING: [501, "The body is in a transfer coding other than chunked."],
  APP_BODY_TOO_LARGE: [413, "The body is too large."],
  APP_TOO_MANY_FIELDS: [413, "There are too many fields."],
  MULTIPART_MALFORMED: [400, "The body is not a valid multipart form."],
  MULTIPART_TOO_LARGE: [413, "A part of the body is too large, or there are too many."],
};

/**
 * What is told of a problem, by RFC 9457; further members are extensions of your own.
 * @public
 */
export interface ProblemDetails {
  /** An address that names the kind of problem. @defaultValue "about:blank", a problem that its status explains */
  readonly type?: string | undefined;
  /** The kind of problem in words. @defaultValue the phrase of the status */
  readonly title?: string | undefined;
  /** What is wrong with this request, for people. */
  readonly detail?: string | undefined;
  /** An address that names this occurrence. */
  readonly instance?: string | undefined;
  /** It is the reply's. */
  readonly status?: never;
  readonly [extension: string]: unknown;
}

/**
 * A reply in the format of RFC 9457, `application/problem+json`, as the pipeline and the guards give when they refuse a request.
 * @example
 * ```ts
 * app.get("/books/:id", (c) => {
 *   const book = books.get(c.params.id);
 *   return book === undefined ? problem(404, { detail: "There is no such book." }) : c.json(book);
 * });
 * ```
 * @public
 */
export function problem(status: number, details: ProblemDetails = {}, headers?: HeaderList): Reply {
  const { type = "about:blank", title = TITLES[status] ?? "Error", status: _, ...more } = details;
  const body = JSON.stringify({ type, title, status, ...more });
  const own = toPairs(headers);
  return { status, headers: hasHeader(own, "content-type") ? own : [PROBLEM_TYPE, ...own], body };
}

/** The answer to an error that is the client's fault; `undefined` for every other. */
export function problemOf(error: unknown): Reply | undefined {
  if (!isCodedError(error)) return undefined;
  const fault = FAULTS[error.code];
  if (fault === undefined) return undefined;
  // What would have been taken is only told where the coding was the reason (RFC 9110, section 15.5.16).
  const isCoded = error.code === "APP_BAD_CONTENT_TYPE" && error.value === "content-encoding";
  return problem(fault[0], { detail: fault[1] }, isCoded ? PLAIN_ONLY : undefined);
}

const PLAIN_ONLY: HeaderList = /* @__PURE__ */ Object.freeze({ "accept-encoding": "identity" });
