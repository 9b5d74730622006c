import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import {
  type FilePart,
  type MultipartForm,
  type MultipartOptions,
  multipartParts,
  readMultipart,
  safeFilename,
} from "../../adapters/multipart/index.ts";
import { createApp, type HostRequest } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { runs } from "../helpers/runs.ts";
import { multipartOracle } from "../oracle/multipart.ts";

const BOUNDARY = "----edge7MA4YWxkTrZu0gW";
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

interface Part {
  readonly head: string;
  readonly body: string | Uint8Array;
}

const field = (name: string, body: string): Part => ({ head: `Content-Disposition: form-data; name="${name}"`, body });
const file = (name: string, filename: string, body: string | Uint8Array): Part => ({
  head: `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: text/plain`,
  body,
});

function bodyOf(parts: readonly Part[], end = `--${BOUNDARY}--\r\n`): Uint8Array {
  const pieces = parts.flatMap(({ head, body }) => [`--${BOUNDARY}\r\n${head}\r\n\r\n`, body, "\r\n"]);
  return Buffer.concat([...pieces, end].map((piece) => Buffer.from(piece)));
}

interface Sent {
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly parsedBody?: unknown;
  /** Cuts the body where these say. */
  readonly chunkBytes?: readonly number[];
  /** What the stream throws after the body. */
  readonly failure?: Error;
}

/** Runs one body through an app, as a host would, and says how far the stream was read. */
async function send<Value = undefined>(body: Uint8Array, options: MultipartOptions<Value> = {}, sent: Sent = {}) {
  const app = createApp();
  const seen: { form?: MultipartForm<Value>; error?: unknown; ended: boolean } = { ended: false };
  app.onError((error) => {
    seen.error = error;
    return undefined;
  });
  app.post("/", async (c) => {
    seen.form = await readMultipart(c, options);
    return c.empty();
  });
  const request: HostRequest = {
    method: "POST",
    url: "/",
    headers: { "content-type": sent.type ?? TYPE, ...sent.headers },
    parsedBody: sent.parsedBody,
    async *stream() {
      try {
        yield* chunksOf(body, sent.chunkBytes ?? [body.length]);
        if (sent.failure !== undefined) throw sent.failure;
      } finally {
        seen.ended = true;
      }
    },
    signal: new AbortController().signal,
    raw: undefined,
  };
  const reply = await Promise.resolve(app.handle(request)).catch(() => undefined);
  return { ...seen, status: reply?.status, headers: new Map(reply?.headers) };
}

function* chunksOf(body: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < body.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    yield body.subarray(at, at + size);
    at += size;
  }
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

const codeOf = (error: unknown): string => (isCodedError(error) ? error.code : String(error));

describe("a multipart form", () => {
  test("gives its fields, and what the sink made of each file", async () => {
    const body = bodyOf([field("title", "žluť"), file("doc", "a.txt", "hello"), field("tag", "x"), field("tag", "y")]);
    const { form } = await send(body, { onFile: (part) => collect(part.content) });
    assert.deepEqual({ ...form?.fields }, { title: "žluť", tag: ["x", "y"] });
    assert.deepEqual(form?.files, [
      { name: "doc", filename: "a.txt", type: "text/plain", byteLength: 5, value: "hello" },
    ]);
  });

  test("agrees with a parser that splits the whole body, whatever its bytes and chunks", async () => {
    const name = fc.stringMatching(/^[a-zž_]{1,6}$/);
    // Bytes that look like boundaries and line ends are what a streaming parser stumbles on.
    const piece = fc.constantFrom(
      "\r\n",
      "\r",
      "\n",
      "-",
      "--",
      `\r\n--${BOUNDARY.slice(0, -1)}`,
      "a",
      "ž",
      "\0",
      "x".repeat(300),
    );
    const content = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    const part = fc.record({ name, content, filename: fc.option(fc.stringMatching(/^[a-z]{1,5}\.txt$/)) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
        async (parts, chunkBytes) => {
          const body = bodyOf(
            parts.map((each) =>
              each.filename === null ? field(each.name, each.content) : file(each.name, each.filename, each.content),
            ),
          );
          const expected = multipartOracle(body, BOUNDARY);
          const { form, error } = await send(body, { onFile: (each) => collect(each.content) }, { chunkBytes });
          assert.equal(error, undefined);
          const fields = Object.entries(form?.fields ?? {}).flatMap(([key, value]) =>
            [value].flat().map((one) => `${key}=${one}`),
          );
          const wanted = expected.filter((each) => each.filename === undefined);
          const utf8 = (text: string): string => Buffer.from(text, "latin1").toString();
          assert.deepEqual(fields.sort(), wanted.map((each) => `${each.name}=${utf8(each.bytes)}`).sort());
          assert.deepEqual(
            form?.files.map((each) => [each.name, each.filename, each.value]),
            expected
              .filter((each) => each.filename !== undefined)
              .map((each) => [each.name, each.filename, each.bytes]),
          );
        },
      ),
      { numRuns: runs(200) },
    );
  });

  test("never harms prototypes by its names", async () => {
    const { form } = await send(bodyOf([field("__proto__", "x"), field("constructor", "y"), field("__proto__", "z")]));
    assert.equal(Object.getPrototypeOf(form?.fields), null);
    assert.deepEqual(Object.entries(form?.fields ?? {}), [
      ["__proto__", ["x", "z"]],
      ["constructor", "y"],
    ]);
  });

  test("skips an input for files that was left empty, and keeps a file that is empty", async () => {
    const left: Part = {
      head: 'Content-Disposition: form-data; name="a"; filename=""\r\nContent-Type: application/octet-stream',
      body: "",
    };
    const { form } = await send(bodyOf([left, file("b", "b.txt", "")]), { onFile: (part) => collect(part.content) });
    assert.deepEqual(
      form?.files.map(({ name, byteLength }) => [name, byteLength]),
      [["b", 0]],
    );
  });

  test("reads away what a sink leaves, and counts it", async () => {
    const body = bodyOf([file("a", "a.bin", "x".repeat(200_000)), field("after", "1")]);
    const { form } = await send(body, { onFile: () => "ignored" }, { chunkBytes: [1000] });
    assert.deepEqual(
      [form?.files[0]?.byteLength, form?.files[0]?.value, form?.fields["after"]],
      [200_000, "ignored", "1"],
    );
  });

  test("is read from bytes the host has kept whole", async () => {
    const body = bodyOf([field("a", "1")]);
    const { form } = await send(new Uint8Array(0), {}, { parsedBody: body });
    assert.equal(form?.fields["a"], "1");
    const { status } = await send(new Uint8Array(0), { maxTotalBytes: 10 }, { parsedBody: body });
    assert.equal(status, 413);
  });

  test("is pulled no faster than its sink reads", async () => {
    const body = bodyOf([file("a", "a.bin", "x".repeat(500_000))]);
    let given = 0;
    const c = {
      request: { headers: { "content-type": TYPE } } as unknown as HostRequest, // cast: the reader looks at no more
      async *readStream() {
        for (const chunk of chunksOf(body, [10_000])) {
          given += chunk.length;
          yield chunk;
        }
      },
    };
    for await (const part of multipartParts(c)) {
      assert.ok(part.kind === "file");
      for await (const _chunk of part.content) assert.ok(given - part.byteLength <= 20_000);
    }
    assert.equal(given, body.length);
  });
});

describe("the text of a field", () => {
  const typed = (type: string, body: Uint8Array): Part => ({
    head: `Content-Disposition: form-data; name="a"\r\nContent-Type: ${type}`,
    body,
  });
  const textOf = async (part: Part): Promise<unknown> => (await send(bodyOf([part]))).form?.fields["a"];
  const plain = (body: Uint8Array): Part => ({ head: 'Content-Disposition: form-data; name="a"', body });
  const latin1 = Buffer.from("jm\xe9no", "latin1");

  test("is UTF-8, and what is none becomes U+FFFD, as in formData() of the platform", async () => {
    const odd = [
      latin1,
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from([0xf4, 0x90, 0x80, 0x80, 0x41]),
      Buffer.from([0xe2, 0x82]),
    ];
    for (const body of [...odd, Buffer.from("čaj 🍵")]) {
      const bytes = bodyOf([plain(body)]);
      const theirs = await new Response(Buffer.from(bytes), { headers: { "content-type": TYPE } }).formData();
      assert.equal((await send(bytes)).form?.fields["a"], theirs.get("a"));
    }
  });

  test.each(["iso-8859-1", "ISO-8859-1", "latin1", "windows-1252"])(
    "is in the charset its part names: %s",
    async (charset) => {
      assert.equal(await textOf(typed(`text/plain; charset=${charset}`, latin1)), "jméno");
    },
  );

  test.each(["klingon", "iso-8859-2", "utf-7", "utf-16be"])(
    "is 415 in a charset that is not read: %s",
    async (charset) => {
      const { status, error } = await send(bodyOf([typed(`text/plain; charset=${charset}`, latin1)]));
      assert.deepEqual([status, codeOf(error)], [415, "APP_BAD_CONTENT_TYPE"]);
      assert.equal(await textOf(typed(`text/plain; charset=${charset}`, new Uint8Array(0))), "");
    },
  );
});

describe("an upload beyond a limit", () => {
  const big = "x".repeat(1000);
  const cases: readonly (readonly [string, readonly Part[], MultipartOptions<string>, number])[] = [
    ["a file at its limit", [file("a", "a", big)], { maxFileBytes: 1000 }, 204],
    ["a file over its limit", [file("a", "a", big)], { maxFileBytes: 999 }, 413],
    ["a field at its limit", [field("a", big)], { maxFieldBytes: 1000 }, 204],
    ["a field over its limit", [field("a", big)], { maxFieldBytes: 999 }, 413],
    ["as many files as allowed", [file("a", "a", ""), file("b", "b", "")], { maxFiles: 2 }, 204],
    ["a file too many", [file("a", "a", ""), file("b", "b", "")], { maxFiles: 1 }, 413],
    ["as many fields as allowed", [field("a", ""), field("b", "")], { maxFields: 2 }, 204],
    ["a field too many", [field("a", ""), field("b", "")], { maxFields: 1 }, 413],
    ["as many parts as allowed", [field("a", ""), file("b", "b", "")], { maxFields: 1, maxFiles: 1 }, 204],
    [
      "parts of no kind beyond the number",
      Array.from({ length: 5 }, () => ({ head: "X: y", body: "" })),
      { maxFields: 2, maxFiles: 2 },
      413,
    ],
    ["a name at its limit", [field("n".repeat(20), "")], { maxNameLength: 20 }, 204],
    ["a name over its limit", [field("n".repeat(21), "")], { maxNameLength: 20 }, 413],
    ["a body over its limit", [field("a", big)], { maxTotalBytes: 900 }, 413],
    ["headers of a part over theirs", [{ head: `X: ${"y".repeat(20_000)}`, body: "" }], {}, 400],
  ];
  test.each(cases)("%s is judged", async (_name, parts, options, status) => {
    for (const chunkBytes of [[100_000], [7]]) {
      const result = await send(bodyOf(parts), { onFile: (part) => collect(part.content), ...options }, { chunkBytes });
      assert.equal(result.status, status);
      assert.equal(result.ended, true);
    }
  });

  test("is refused before its first byte when its length is announced", async () => {
    let pulled = false;
    const app = createApp();
    app.post("/", async (c) => c.json(await readMultipart(c, { maxTotalBytes: 100 })));
    const reply = await app.handle({
      method: "POST",
      url: "/",
      headers: { "content-type": TYPE, "content-length": "101" },
      async *stream() {
        pulled = true;
        yield new Uint8Array(101);
      },
      signal: new AbortController().signal,
      raw: undefined,
    });
    assert.deepEqual([reply?.status, pulled], [413, false]);
  });

  test("with files nobody asked for is refused", async () => {
    assert.equal((await send(bodyOf([file("a", "a", "x")]))).status, 413);
  });
});

describe("a broken body", () => {
  const good = bodyOf([field("a", "1"), file("b", "b.txt", "content")]);
  const text = Buffer.from(good).toString("latin1");
  test.each([
    ["cut before its end", text.slice(0, -20)],
    ["cut inside a file", text.slice(0, text.indexOf("content") + 3)],
    ["cut inside a header", text.slice(0, text.indexOf("filename"))],
    ["empty", ""],
    ["without any boundary", "hello"],
    ["with a header that is none", text.replace("Content-Disposition", "Content Disposition")],
    ["with a part without a name", text.replace('; name="a"', "")],
    ["with a part that is of no form", text.replace("form-data; name", "attachment; name")],
    ["with a part without a disposition", text.replace("Content-Disposition", "X-Disposition")],
    ["with a last part without a disposition", text.replace(/Content-Disposition(?=.*filename)/, "X-Disposition")],
    ["with more behind a delimiter than a line break", text.replace(`${BOUNDARY}\r\n`, `${BOUNDARY} \r\n`)],
    ["with a delimiter inside a file", text.replace("content", `before\r\n--${BOUNDARY}0\r\nbehind`)],
  ])("%s is 400", async (_name, body) => {
    for (const chunkBytes of [[100_000], [3], [1]]) {
      const result = await send(
        Buffer.from(body, "latin1"),
        { onFile: (part) => collect(part.content) },
        { chunkBytes },
      );
      assert.deepEqual([result.status, result.form], [400, undefined]);
    }
  });

  test.each([
    ["multipart/form-data", 400],
    ["multipart/form-data; boundary=", 400],
    ['multipart/form-data; boundary=""', 400],
    [`multipart/form-data; boundary=${"b".repeat(71)}`, 400],
    ["multipart/form-data; boundary=a b=;;", 400],
    ["multipart/mixed; boundary=x", 415],
    ["multipart/form-datax; boundary=x", 415],
    ["application/json", 415],
    ["", 415],
  ])("of the type %j is refused", async (type, status) => {
    assert.equal((await send(good, {}, { type })).status, status);
  });

  test("goes on behind its end without being looked at", async () => {
    for (const chunkBytes of [[100_000], [1]]) {
      const body = Buffer.concat([good, Buffer.from(`\r\n--${BOUNDARY}\r\nafterwards`)]);
      const { status, form } = await send(body, { onFile: (part) => collect(part.content) }, { chunkBytes });
      assert.deepEqual([status, form?.fields["a"], form?.files.length], [204, "1", 1]);
    }
  });

  test("is not read under a limit that would be none", async () => {
    const { error } = await send(good, { maxFileBytes: Number.NaN });
    assert.equal(codeOf(error), "APP_BAD_LIMIT");
  });

  test("that is compressed is 415", async () => {
    const { status, headers } = await send(good, {}, { headers: { "content-encoding": "gzip" } });
    assert.deepEqual([status, headers.get("accept-encoding")], [415, "identity"]);
    const options = { onFile: (part: FilePart) => collect(part.content) };
    assert.equal((await send(good, options, { headers: { "content-encoding": "" } })).status, 204);
  });

  test("never breaks the reader, however it was mangled", async () => {
    const codes = new Set(["undefined", "MULTIPART_MALFORMED", "MULTIPART_TOO_LARGE"]);
    const edit = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255), cut: fc.nat(40) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 64 }),
        async (edits, size) => {
          let body = Buffer.from(good);
          for (const { at, byte, cut } of edits) {
            if (at < body.length) body[at] = byte;
            if (cut < 8) body = Buffer.concat([body.subarray(0, at), body.subarray(at + cut)]);
          }
          const result = await send(body, { onFile: (part) => collect(part.content) }, { chunkBytes: [size] });
          assert.ok(
            codes.has(String(result.error === undefined ? undefined : codeOf(result.error))),
            codeOf(result.error),
          );
          assert.equal(result.ended, true);
        },
      ),
      { numRuns: runs(300) },
    );
  });
});

describe("sinks", () => {
  const two = [file("a", "a.txt", "first"), file("b", "b.txt", "x".repeat(5000))];
  const gone = new Error("gone");

  test.each([
    [
      "the client leaves",
      { body: bodyOf(two).subarray(0, 2500), failure: gone },
      {},
      (error: unknown) => error === gone,
    ],
    [
      "a later file is too large",
      { body: bodyOf(two) },
      { maxFileBytes: 100 },
      (error: unknown) => codeOf(error) === "MULTIPART_TOO_LARGE",
    ],
    [
      "the body breaks off",
      { body: bodyOf(two).subarray(0, 2500) },
      {},
      (error: unknown) => codeOf(error) === "MULTIPART_MALFORMED",
    ],
  ])("are told when %s: the one at work by its content, those done by discard", async (_name, sent, limits, fits) => {
    const told: string[] = [];
    const options: MultipartOptions<string> = {
      ...limits,
      onFile: async (part) => {
        try {
          await collect(part.content);
        } catch (error) {
          told.push(`${part.name} failed ${fits(error)}`);
          throw error;
        }
        return `stored ${part.name}`;
      },
      discard: (value, part) => void told.push(`discard ${value} ${part.byteLength}`),
    };
    const result = await send(sent.body, options, {
      chunkBytes: [500],
      ...("failure" in sent ? { failure: gone } : {}),
    });
    assert.deepEqual(told, ["b failed true", "discard stored a 5"]);
    assert.ok(fits(result.error));
    assert.equal(result.ended, true);
  });

  test("that fail end the upload with their own error", async () => {
    const broken = new Error("disk full");
    const onFile = (): never => {
      throw broken;
    };
    const result = await send(bodyOf(two), { onFile }, { chunkBytes: [100] });
    assert.deepEqual([result.error, result.ended], [broken, true]);
  });

  test("whose discarding fails are heard of, beside the first error", async () => {
    const options: MultipartOptions<string> = {
      maxFileBytes: 100,
      onFile: (part) => collect(part.content),
      discard: () => Promise.reject(new Error("still there")),
    };
    const { error } = await send(bodyOf(two), options);
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(error.errors.map(codeOf), ["MULTIPART_TOO_LARGE", "Error: still there"]);
  });

  test("that come back to a file after its turn are refused", async () => {
    const kept: AsyncIterable<Uint8Array>[] = [];
    const { form } = await send(bodyOf(two), { onFile: (part) => kept.push(part.content) });
    assert.equal(form?.files.length, 2);
    await assert.rejects(collect(kept[0] ?? assert.fail()), (error) => codeOf(error) === "MULTIPART_PART_OVER");
  });
});

describe("file names", () => {
  test.each([
    ["photo.jpg", "photo.jpg"],
    ["žluť kůň.png", "žluť kůň.png"],
    ["../../etc/passwd", "passwd"],
    ["C:\\Windows\\win.ini", "win.ini"],
    ["a\u0000b\r\nc.txt", "abc.txt"],
    [".htaccess", "htaccess"],
    ["..", "file"],
    ["", "file"],
    ["   . .", "file"],
    ["con.txt", "_con.txt"],
    ["LPT1", "_LPT1"],
    ["console.log", "console.log"],
    ['a<b>:"|?*.txt', "a_b______.txt"],
    ["evil\u202egpj.exe", "evilgpj.exe"],
    ["\ud800.txt", "txt"],
    [`${"n".repeat(500)}.jpeg`, `${"n".repeat(115)}.jpeg`],
    [`${"😀".repeat(100)}`, "😀".repeat(60)],
  ])("like %j become %j", (name, expected) => assert.equal(safeFilename(name), expected));

  test("are harmless whatever they were", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (name) => {
        const safe = safeFilename(name);
        assert.match(safe, /^[^/\\:*?"<>|\p{C}]+$/u);
        assert.ok(safe.length > 0 && safe.length <= 121 && !safe.startsWith(".") && !safe.endsWith("."));
        assert.equal(safeFilename(safe), safe);
      }),
    );
  });
});
