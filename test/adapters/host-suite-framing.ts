import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Suite } from "./host-suite.ts";

const POST = "POST /text HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n";
const SMUGGLED = "GET /hello/smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
const LAST = "GET /hello/last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
const CHUNKED = `${POST}transfer-encoding: chunked\r\n`;

/** Two readings of where a body ends. Node's parser refuses them all, and with it every host. */
const REFUSED: readonly (readonly [name: string, bytes: string])[] = [
  ["a length and chunks", `${POST}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ["chunks and a length", `${CHUNKED}content-length: 4\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ["two lengths", `${POST}content-length: 5\r\ncontent-length: 0\r\n\r\n12345${SMUGGLED}`],
  ["two lengths that agree", `${POST}content-length: 5\r\ncontent-length: 5\r\n\r\n12345${SMUGGLED}`],
  ["a list of lengths", `${POST}content-length: 5, 5\r\n\r\n12345${SMUGGLED}`],
  ["a length with a sign", `${POST}content-length: +5\r\n\r\n12345${SMUGGLED}`],
  ["a negative length", `${POST}content-length: -1\r\n\r\n${SMUGGLED}`],
  ["a length in hexadecimal", `${POST}content-length: 0x5\r\n\r\n12345${SMUGGLED}`],
  ["a length with a blank inside", `${POST}content-length: 1 0\r\n\r\n${SMUGGLED}`],
  ["an endless length", `${POST}content-length: 99999999999999999999999\r\n\r\n${SMUGGLED}`],
  ["chunks under another name", `${POST}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ["chunks that are not the last coding", `${POST}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ["a blank before the colon", `${POST}transfer-encoding : chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ["a header continued on the next line", `${POST}x-a: 1\r\n transfer-encoding: chunked\r\n\r\n${SMUGGLED}`],
  ["a bare carriage return in a header", `${POST}x-a: 1\rcontent-length: 4\r\n\r\n${SMUGGLED}`],
  ["a NUL in a header", `${POST}x-a: 1\0\r\ncontent-length: 0\r\n\r\n${SMUGGLED}`],
  ["a header without a colon", `${POST}x-a\r\ncontent-length: 0\r\n\r\n${SMUGGLED}`],
  ["a header without a name", `${POST}: 1\r\ncontent-length: 0\r\n\r\n${SMUGGLED}`],
  ["a chunk size that is no number", `${CHUNKED}\r\nxyz\r\nabc\r\n0\r\n\r\n${SMUGGLED}`],
  ["a chunk size with a sign", `${CHUNKED}\r\n-3\r\nabc\r\n0\r\n\r\n${SMUGGLED}`],
  ["a chunk size with 0x", `${CHUNKED}\r\n0x3\r\nabc\r\n0\r\n\r\n${SMUGGLED}`],
  ["a chunk size beyond all numbers", `${CHUNKED}\r\n${"F".repeat(17)}\r\nabc\r\n0\r\n\r\n${SMUGGLED}`],
  ["a chunk longer than it says", `${CHUNKED}\r\n3\r\nabcdef\r\n0\r\n\r\n${SMUGGLED}`],
  ["a chunk size ended by a bare line feed", `${CHUNKED}\r\n3\nabc\r\n0\r\n\r\n${SMUGGLED}`],
  ["a version nobody speaks", "GET /hello/x HTTP/9.9\r\nhost: x\r\n\r\n"],
  ["a method in lower case", "get /hello/x HTTP/1.1\r\nhost: x\r\n\r\n"],
  ["a method nobody knows", "HELLO /hello/x HTTP/1.1\r\nhost: x\r\n\r\n"],
  ["a blank in the path", "GET /hello/x y HTTP/1.1\r\nhost: x\r\n\r\n"],
  ["no host", "GET /hello/x HTTP/1.1\r\n\r\n"],
  ["bytes of a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
];

/** What the host's parser makes of broken and doubtful framing, asserted because everything above relies on it. */
export function framingSuite({ client }: Suite): void {
  describe("framing", () => {
    test.each(REFUSED)("refuses %s, and lets nothing behind it through", async (_name, bytes) => {
      const text = await client.raw([bytes]);
      // A reply to a body whose start was well formed may have begun already: then the connection is cut.
      assert.doesNotMatch(text, /smuggled|"got"|hello x/);
      assert.match(text, /^(?:HTTP\/1\.1 4\d\d|$)/);
    });
    test("takes a body that looks like a request for a body", async () => {
      const text = await client.raw([
        `${POST}connection: close\r\ncontent-length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
      ]);
      assert.equal(text.match(/HTTP\/1\.1/g)?.length, 2); // the status line, and the body's own text
      assert.doesNotMatch(text, /hello smuggled/);
    });
    test("refuses what trails behind a request", async () => {
      const text = await client.raw([`${POST}content-length: 3\r\n\r\nabc and more\r\n\r\n`]);
      // The reply is there first or not at all, by whether the parser has come so far before it is written.
      assert.match(text, /^(?:HTTP\/1\.1 200[\s\S]*"got":"abc"\})?HTTP\/1\.1 400/);
    });
    test("takes a request line without a version for HTTP/0.9, and closes", async () => {
      assert.match(await client.raw(["GET /hello/x\r\nhost: x\r\n\r\n"]), /connection: close[\s\S]*hello x$/i);
    });
    test("takes empty lines ahead of a request", async () => {
      assert.match(
        await client.raw([`\r\n\r\n${SMUGGLED.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")}`]),
        /hello smuggled$/,
      );
    });
    test.each([
      ["/text", "text/plain"],
      ["/bytes", "text/plain"],
      ["/stream", "text/plain"],
      ["/echo", "text/plain"],
      ["/json", "application/json"],
      ["/checked", "application/json"],
    ])("answers 501 at %s to a body that is gzip inside its chunks, and hands nobody its bytes", async (path, type) => {
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\ntransfer-encoding: gzip, chunked\r\n\r\n`;
      const text = await client.raw([`${head}4\r\n"ab"\r\n0\r\n\r\n${LAST}`]);
      assert.match(text, /^HTTP\/1\.1 501 /);
      assert.match(text, /hello last$/);
      assert.doesNotMatch(text, /"ab"|"length"|"got"/);
    });
    test("takes ten thousand chunks of a byte each", async () => {
      const chunks = "1\r\na\r\n".repeat(10_000);
      const text = await client.raw([`${CHUNKED}connection: close\r\n\r\n`, chunks, "0\r\n\r\n"]);
      assert.match(text, /"got":"a{10000}"/);
    });
    test("refuses chunk extensions without end", async () => {
      const text = await client.raw([`${CHUNKED}\r\n1;${"x".repeat(100_000)}\r\na\r\n0\r\n\r\n`]);
      assert.doesNotMatch(text, /"got"/);
    });
    test("refuses trailers without end", async () => {
      const text = await client.raw([`${CHUNKED}\r\n1\r\na\r\n0\r\n${`x-t: ${"y".repeat(1000)}\r\n`.repeat(100)}\r\n`]);
      assert.match(text, /^(?:HTTP\/1\.1 4\d\d|$)/);
    });
  });
}
