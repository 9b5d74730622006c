import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createApp, type FileOptions, type FileSource, type Reply } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { ask, header } from "./requests.ts";

const ALPHABET = new TextEncoder().encode("abcdefghijklmnopqrstuvwxyz");
const STATE = { etag: '"z1"', lastModified: new Date("2026-01-02T03:04:05Z") };

interface Log {
  opened: number;
}

/** Bytes that come three at a time. */
function source(bytes: Uint8Array, more: Partial<FileSource> = {}, log: Log = { opened: 0 }): FileSource {
  return {
    size: bytes.length,
    ...STATE,
    async *read(start, end) {
      log.opened++;
      for (let at = start; at < end; at += 3) yield bytes.subarray(at, Math.min(at + 3, end));
    },
    ...more,
  };
}

async function answer(
  headers: Record<string, string> = {},
  file: FileSource = source(ALPHABET),
  options?: FileOptions,
  method = "GET",
): Promise<Reply | undefined> {
  const app = createApp();
  app.get("/", (c) => c.file(file, options));
  return ask(app, method, "/", { headers });
}

async function bodyOf(reply: Reply | undefined): Promise<string> {
  const body = reply?.body;
  if (typeof body === "string") return body;
  if (body === null || body === undefined || body instanceof Uint8Array) return String(body);
  let text = "";
  for await (const chunk of body) text += new TextDecoder().decode(chunk);
  return text;
}

describe("a file", () => {
  test("is sent whole with its length, its state and no guessing of types", async () => {
    const reply = await answer();
    assert.equal(reply?.status, 200);
    assert.deepEqual(reply?.headers, [
      ["content-type", "application/octet-stream"],
      ["accept-ranges", "bytes"],
      ["x-content-type-options", "nosniff"],
      ["etag", '"z1"'],
      ["last-modified", "Fri, 02 Jan 2026 03:04:05 GMT"],
      ["content-length", "26"],
    ]);
    assert.equal(await bodyOf(reply), "abcdefghijklmnopqrstuvwxyz");
  });

  test.each([
    ["bytes=0-3", "abcd", "bytes 0-3/26"],
    ["bytes=23-", "xyz", "bytes 23-25/26"],
    ["bytes=-2", "yz", "bytes 24-25/26"],
    ["bytes=-99", "abcdefghijklmnopqrstuvwxyz", "bytes 0-25/26"],
    ["bytes=25-99999", "z", "bytes 25-25/26"],
    ["BYTES= 4-4 ", "e", "bytes 4-4/26"],
    [`bytes=24-${"9".repeat(30)}`, "yz", "bytes 24-25/26"],
    [`bytes=-${"9".repeat(400)}`, "abcdefghijklmnopqrstuvwxyz", "bytes 0-25/26"],
  ])("answers %s with that part", async (range, text, told) => {
    const reply = await answer({ range });
    assert.deepEqual([reply?.status, header(reply, "content-range")], [206, told]);
    assert.equal(header(reply, "content-length"), String(text.length));
    assert.equal(await bodyOf(reply), text);
  });

  test.each(["bytes=26-", "bytes=99-100", "bytes=-0", `bytes=${"9".repeat(400)}-`])(
    "answers %s, where nothing is, with 416",
    async (range) => {
      const reply = await answer({ range });
      assert.deepEqual([reply?.status, header(reply, "content-range"), reply?.body], [416, "bytes */26", null]);
    },
  );

  test("has the caller's headers with every status it may have", async () => {
    const options = { headers: { "access-control-allow-origin": "*", "cache-control": "max-age=60" } };
    for (const [headers, status] of [
      [{}, 200],
      [{ range: "bytes=0-3" }, 206],
      [{ "if-none-match": '"z1"' }, 304],
      [{ "if-match": '"z2"' }, 412],
      [{ range: "bytes=99-" }, 416],
    ] as const) {
      const reply = await answer(headers, source(ALPHABET), options);
      assert.deepEqual([reply?.status, header(reply, "access-control-allow-origin")], [status, "*"]);
      assert.equal(header(reply, "cache-control"), status === 416 ? undefined : "max-age=60");
    }
  });

  test.each(["bytes=5-2", "bytes=a-b", "lines=0-3", "bytes=", "bytes=-", "0-3", "bytes=0-1,4-5", "bytes=1.5-2"])(
    "is sent whole for %s, which is no range it serves",
    async (range) => {
      const reply = await answer({ range });
      assert.deepEqual([reply?.status, (await bodyOf(reply)).length], [200, 26]);
    },
  );

  test("gives any range the bytes that slicing gives", async () => {
    const whole = fc.uint8Array({ minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(whole, fc.nat(45), fc.nat(45), async (bytes, first, last) => {
        const reply = await answer({ range: `bytes=${first}-${last}` }, source(bytes));
        if (last < first) return assert.equal(reply?.status, 200);
        if (first >= bytes.length) return assert.equal(reply?.status, 416);
        const got: number[] = [];
        if (reply?.body === null || typeof reply?.body !== "object" || reply.body instanceof Uint8Array) assert.fail();
        for await (const chunk of reply.body) got.push(...chunk);
        assert.deepEqual(got, [...bytes.slice(first, last + 1)]);
      }),
    );
  });

  test("goes on where a download stopped only while it is the same", async () => {
    const range = "bytes=20-";
    for (const same of ['"z1"', "Fri, 02 Jan 2026 03:04:05 GMT"])
      assert.equal((await answer({ range, "if-range": same }))?.status, 206, same);
    for (const other of ['"z2"', 'W/"z1"', "Fri, 02 Jan 2026 03:04:06 GMT", "nonsense"])
      assert.equal((await answer({ range, "if-range": other }))?.status, 200, other);
  });

  test("is not opened for HEAD, for a client that has it, or for a range that is not there", async () => {
    const log = { opened: 0 };
    const file = source(ALPHABET, {}, log);
    const head = await answer({ range: "bytes=0-3" }, file, {}, "HEAD");
    assert.deepEqual([head?.status, head?.body, header(head, "content-length")], [200, null, "26"]);
    assert.equal((await answer({ "if-none-match": '"z1"' }, file))?.status, 304);
    assert.equal((await answer({ range: "bytes=99-" }, file))?.status, 416);
    assert.equal(log.opened, 0);
  });

  test("without bytes is an empty reply", async () => {
    const reply = await answer({}, source(new Uint8Array(0)));
    assert.deepEqual([reply?.status, reply?.body, header(reply, "content-length")], [200, "", "0"]);
  });

  test.each(["bytes=0-", "bytes=0-499", "bytes=-5"])(
    "without bytes is whole for %s, as players ask for any file",
    async (range) => {
      const reply = await answer({ range }, source(new Uint8Array(0)));
      assert.deepEqual([reply?.status, reply?.body, header(reply, "content-length")], [200, "", "0"]);
    },
  );

  test.each([2, 30])("that gives %i bytes too few or many breaks off", async (size) => {
    const file = source(ALPHABET, { size });
    const all = { ...file, read: () => source(ALPHABET).read(0, 26) };
    await assert.rejects(
      async () => bodyOf(await answer({}, all)),
      (error) => isCodedError(error) && error.code === "APP_BAD_REPLY",
    );
  });

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("of the size %d is refused", async (size) => {
    await assert.rejects(
      async () => answer({}, source(ALPHABET, { size })),
      (error) => isCodedError(error) && error.code === "APP_BAD_REPLY",
    );
  });

  test.each([
    ["report.pdf", 'attachment; filename="report.pdf"'],
    ["Übersicht 1.pdf", "attachment; filename=\"_bersicht 1.pdf\"; filename*=UTF-8''%C3%9Cbersicht%201.pdf"],
    ['a"b\\c%41.txt', "attachment; filename=\"a_b_c_41.txt\"; filename*=UTF-8''a%22b%5Cc%2541.txt"],
    [
      "x\r\nset-cookie: a=b",
      "attachment; filename=\"x__set-cookie: a=b\"; filename*=UTF-8''x%0D%0Aset-cookie%3A%20a%3Db",
    ],
    [
      "it's (1)*.txt\ud800",
      "attachment; filename=\"it's (1)*.txt_\"; filename*=UTF-8''it%27s%20%281%29%2A.txt%EF%BF%BD",
    ],
  ])("is saved under the name %j", async (name, told) => {
    assert.equal(
      header(await answer({}, source(ALPHABET), { name, disposition: "attachment" }), "content-disposition"),
      told,
    );
  });

  test("takes headers of the caller's instead of its own", async () => {
    const headers = { "X-Content-Type-Options": "none", "cache-control": "private" };
    const reply = await answer({}, source(ALPHABET, { type: "text/a" }), { type: "text/b", headers });
    assert.equal(header(reply, "content-type"), "text/b");
    assert.equal(header(reply, "cache-control"), "private");
    assert.equal(reply?.headers.filter(([name]) => /^x-content/i.test(name)).length, 1);
  });
});
