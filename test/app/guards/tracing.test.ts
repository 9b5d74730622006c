import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  createApp,
  type HostRequest,
  type RequestIdOptions,
  requestId,
  requestIdKey,
  type TraceContext,
  type TraceContextOptions,
  traceContext,
  traceKey,
} from "../../../lib/app/index.ts";
import { isCodedError } from "../../../lib/errors/index.ts";
import { fakePlatform, now, request, values } from "./kit.ts";

function idOf(headers: Record<string, string>, options?: RequestIdOptions): string {
  const app = createApp({ platform: fakePlatform() });
  app.use(requestId(options));
  app.get("/", (c) => c.text(c.get(requestIdKey)));
  const reply = now(app.handle(request("GET", "/", { headers })));
  assert.deepEqual(values(reply, options?.header ?? "x-request-id"), [reply.body]);
  return String(reply.body);
}

describe("requestId", () => {
  test("gives each request an id of 128 random bits, on its reply too", () => {
    const ids = new Set(Array.from({ length: 100 }, () => idOf({})));
    assert.equal(ids.size, 100);
    for (const id of ids) assert.match(id, /^[\w-]{22}$/);
  });

  test("takes the id that came only when told, and only a well-formed one", () => {
    assert.notEqual(idOf({ "x-request-id": "abc" }), "abc");
    for (const good of ["abc", "A.b_c-1", "x".repeat(64)])
      assert.equal(idOf({ "x-request-id": good }, { trustIncoming: true }), good);
    for (const bad of ["", "a b", "a,b", "a\r\nx: y", "<script>", "x".repeat(65), "ž"]) {
      assert.match(idOf({ "x-request-id": bad }, { trustIncoming: true }), /^[\w-]{22}$/);
    }
    assert.equal(idOf({ "x-trace": "abc" }, { trustIncoming: true, header: "x-trace" }), "abc");
  });

  test("is not made with a header name that is none", () => {
    assert.throws(
      () => requestId({ header: "a: b" }),
      (error) => isCodedError(error) && error.code === "APP_BAD_GUARD",
    );
  });
});

function traceOf(headers: HostRequest["headers"], options?: TraceContextOptions): TraceContext {
  const app = createApp({ platform: fakePlatform() });
  app.use(traceContext(options));
  app.get("/", (c) => c.json(c.get(traceKey)));
  return JSON.parse(String(now(app.handle(request("GET", "/", { headers }))).body));
}

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const PARENT = `00-${TRACE}-${SPAN}-01`;

describe("traceContext", () => {
  test("goes on with the caller's trace under a span id of its own", () => {
    const trace = traceOf({ traceparent: PARENT, tracestate: "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE" });
    assert.deepEqual([trace.traceId, trace.parentId, trace.sampled], [TRACE, SPAN, true]);
    assert.match(trace.spanId, /^[0-9a-f]{16}$/);
    assert.notEqual(trace.spanId, SPAN);
    assert.equal(trace.traceParent, `00-${TRACE}-${trace.spanId}-01`);
    assert.equal(trace.traceState, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
  });

  test("begins a trace where none came", () => {
    const trace = traceOf({});
    assert.match(trace.traceParent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    assert.deepEqual([trace.parentId, trace.traceState], [undefined, undefined]);
    assert.equal(traceOf({}, { sample: () => true }).sampled, true);
  });

  test.each([
    "",
    PARENT.toUpperCase(),
    `ff-${TRACE}-${SPAN}-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}-0g`,
    `${PARENT}-extra`,
    `${PARENT}-`,
    `${PARENT} `,
    ` ${PARENT}`,
    `01-${TRACE}-${SPAN}-01extra`,
    `0-${TRACE}-${SPAN}-01`,
    `01-${TRACE}-${SPAN}-01-${"x".repeat(300)}`,
    `${PARENT}, ${PARENT}`,
  ])("takes %j for none, and its state with it", (traceparent) => {
    const trace = traceOf({ traceparent, tracestate: "a=1" });
    assert.notEqual(trace.traceId, TRACE);
    assert.deepEqual([trace.parentId, trace.traceState], [undefined, undefined]);
  });

  test("takes two headers of the name for none", () => {
    assert.notEqual(traceOf({ traceparent: [PARENT, PARENT] }).traceId, TRACE);
  });

  test("reads of later versions what this one knows, and of the flags one bit", () => {
    assert.equal(traceOf({ traceparent: `cc-${TRACE}-${SPAN}-01-what-ever` }).traceId, TRACE);
    assert.equal(traceOf({ traceparent: `cc-${TRACE}-${SPAN}-01` }).traceId, TRACE);
    const flags: readonly (readonly [string, boolean])[] = [
      ["00", false],
      ["01", true],
      ["fe", false],
      ["ff", true],
    ];
    for (const [flag, sampled] of flags) {
      const trace = traceOf({ traceparent: `00-${TRACE}-${SPAN}-${flag}` });
      assert.deepEqual([trace.sampled, trace.traceParent.slice(-2)], [sampled, sampled ? "01" : "00"]);
    }
  });

  test("begins anew at the edge when told", () => {
    assert.notEqual(traceOf({ traceparent: PARENT }, { trustIncoming: false }).traceId, TRACE);
    assert.equal(traceOf({ traceparent: PARENT }, { trustIncoming: (c) => c.method === "GET" }).traceId, TRACE);
  });

  test.each([
    ["a=1", "a=1"],
    ["a=1,,b=2", "a=1,b=2"],
    ["  a=1 \t, b=2", "a=1,b=2"],
    ["t@s=1", "t@s=1"],
    ["1t@s=x y", "1t@s=x y"],
    ["a_-*/9=~!", "a_-*/9=~!"],
    [`${"a".repeat(256)}=1`, `${"a".repeat(256)}=1`],
    [Array.from({ length: 32 }, (_, i) => `k${i}=1`).join(), Array.from({ length: 32 }, (_, i) => `k${i}=1`).join()],
    ["", undefined],
    [",", undefined],
    ["a", undefined],
    ["=1", undefined],
    ["A=1", undefined],
    ["1a=1", undefined],
    ["a@1=1", undefined],
    ["a=", undefined],
    ["a=1=2", undefined],
    ["a=ž", undefined],
    ["a =1", undefined],
    ["a=1,a=2", undefined],
    [`${"a".repeat(257)}=1`, undefined],
    [`t@${"s".repeat(15)}=1`, undefined],
    [`a=${"x".repeat(257)}`, undefined],
    [Array.from({ length: 33 }, (_, i) => `k${i}=1`).join(), undefined],
    [`a=${"x".repeat(250)},b=${"x".repeat(250)},c=${"x".repeat(50)}`, undefined],
  ])("passes on the state %j as %j, keeping the trace either way", (tracestate, expected) => {
    const trace = traceOf({ traceparent: PARENT, tracestate });
    assert.deepEqual([trace.traceId, trace.traceState], [TRACE, expected]);
  });

  test("joins a state that came in several headers", () => {
    assert.equal(traceOf({ traceparent: PARENT, tracestate: ["a=1", "b=2"] }).traceState, "a=1,b=2");
  });

  test("passes on nothing but a trace of its own form, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("0", "1", "a", "f", "-", "g", " ", "\r", "\n"), maxLength: 60 }),
        (traceparent) => {
          const { traceParent } = traceOf({ traceparent });
          assert.match(traceParent, /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/);
        },
      ),
    );
  });

  test("never gives the id of zeros that stands for none", () => {
    const app = createApp({ platform: { ...fakePlatform(), random: (length) => new Uint8Array(length) } });
    app.use(traceContext());
    app.get("/", (c) => c.text(c.get(traceKey).traceParent));
    assert.match(String(now(app.handle(request("GET", "/"))).body), /^00-0{31}1-0{15}1-00$/);
  });
});
