// Wrong answers are never timed. Asked by Node's own client, which has nothing in common with the load generator.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Agent, request as open } from "node:http";

/** Throws when one answer is not the one expected. */
export async function assertAnswers(port, { timed, refused }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (const request of timed) {
      const { expected } = request;
      const { status, headers, body } = await ask(agent, port, request);
      const name = `${request.method} ${request.path}`;
      const relevant = Object.fromEntries(Object.keys(expected.headers).map((key) => [key, comparable(key, headers)]));
      assert.deepEqual({ status, headers: relevant, body }, expected, `wrong answer for ${name}`);
      assert.equal(headers.connection, "keep-alive", `${name} ends its connection`);
      const length = headers["content-length"];
      if (length !== undefined) assert.equal(Number(length), Buffer.byteLength(body), `wrong length for ${name}`);
    }
    for (const request of refused) {
      const { status } = await ask(agent, port, request);
      assert.equal(status, request.status, `wrong status for ${request.method} ${request.path}`);
    }
  } finally {
    agent.destroy();
  }
}

// Case and white space mean nothing in a content type, and JSON has no charset (RFC 8259, section 11).
function comparable(name, headers) {
  const value = headers[name];
  if (name !== "content-type" || value === undefined) return value;
  const text = value.toLowerCase().replace(/;\s*/, "; ");
  return text.startsWith("application/json") ? text.replace(/; charset=utf-8$/, "") : text;
}

function ask(agent, port, { method, path, headers = {}, body = "" }) {
  const length = method === "GET" ? {} : { "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, agent, method, path, headers: { ...headers, ...length } };
    const request = open(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status, headers: received } = response;
        resolve({ status, headers: received, body: Buffer.concat(chunks).toString() });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}
