// Ways to write the same reply through node:http, and what busbar has of them. Those that write to fields of Node's
// response that are not documented show what there would be to gain; nothing else may use them.
import { Buffer } from "node:buffer";
import { createServer, STATUS_CODES } from "node:http";
import * as appDoor from "busbar/app";
import { renderToBytes } from "busbar/html";
import { nodeHandler } from "busbar/node";
import { createBufferPool } from "busbar/pool";
import { JSON_CASE, RENDERED_CASE } from "../names.mjs";
import {
  article,
  HELLO,
  HTML_TYPE,
  JSON_TYPE,
  KEPT_PAGE,
  pageTemplate,
  renderPage,
  TEXT_TYPE,
  writeArticle,
} from "../work.mjs";

const BASELINE = "setHeader, end(text)";
const JSON_BASELINE = "JSON.stringify";
const HALF = 0.5;
const SECOND_MS = 1000;
const pool = createBufferPool();

/** Each takes what it has to send, prepares, and gives a listener. */
const VARIANTS = {
  [BASELINE]: ({ type, text }) => {
    return (res) => {
      res.setHeader("content-type", type);
      res.end(text);
    };
  },
  "writeHead(object), end(text)": ({ type, text }) => {
    return (res) => res.writeHead(200, { "content-type": type }).end(text);
  },
  "writeHead(list), end(text)": ({ type, text }) => {
    const list = ["content-type", type];
    return (res) => res.writeHead(200, list).end(text);
  },
  "writeHead(list) with length, end(text)": ({ type, text }) => {
    const list = ["content-type", type, "content-length", String(Buffer.byteLength(text))];
    return (res) => res.writeHead(200, list).end(text);
  },
  "writeHead(list) with length, end(text) as binary": ({ type, text }) => {
    if (Buffer.byteLength(text) !== text.length) throw new Error("ASCII alone is the same in it");
    const list = ["content-type", type, "content-length", String(text.length)];
    return (res) => res.writeHead(200, list).end(text, "binary");
  },
  "cached bytes: end(bytes)": ({ type, bytes }) => {
    return (res) => {
      res.setHeader("content-type", type);
      res.end(bytes);
    };
  },
  "cached bytes and list: writeHead(list), end(bytes)": ({ type, bytes }) => {
    const list = ["content-type", type, "content-length", String(bytes.length)];
    return (res) => res.writeHead(200, list).end(bytes);
  },
  "two writes": ({ type, text }) => {
    const [first, second] = halves(text);
    const list = ["content-type", type, "content-length", String(Buffer.byteLength(text))];
    return (res) => {
      res.writeHead(200, list).write(first);
      res.end(second);
    };
  },
  "two writes, corked": ({ type, text }) => {
    const [first, second] = halves(text);
    const list = ["content-type", type, "content-length", String(Buffer.byteLength(text))];
    return (res) => {
      res.cork();
      res.writeHead(200, list).write(first);
      res.end(second);
      res.uncork();
    };
  },
  "prepared header block, end(bytes) (undocumented)": ({ type, bytes }) => {
    const headOf = createHeads(type, bytes);
    return (res) => {
      res._header = headOf();
      res.end(bytes);
    };
  },
  "prepared whole reply, one write (undocumented)": ({ type, text, bytes }) => {
    if (bytes.length !== text.length) throw new Error("latin1 alone can join a head");
    const wholeOf = createHeads(type, bytes, text);
    return (res) => {
      res._header = wholeOf();
      res.end();
    };
  },
};

/** A page is rendered for each request. */
const RENDERERS = {
  [BASELINE]: () => (res) => {
    res.setHeader("content-type", HTML_TYPE);
    res.end(renderPage());
  },
  "renderToBytes, end(bytes)": () => (res) => {
    res.setHeader("content-type", HTML_TYPE);
    res.end(renderToBytes(pageTemplate()));
  },
  "pooled buffer, released when sent": () => (res) => {
    const lease = renderToBytes(pageTemplate(), { pool });
    res.setHeader("content-type", HTML_TYPE);
    res.end(lease.written(), () => lease.release());
  },
};

/** What there would be to gain for a serializer made of a schema: this one is written by hand for the one shape. */
const SERIALIZERS = {
  [JSON_BASELINE]: () => (res) => endJson(res, JSON.stringify(article())),
  "a serializer for the shape": () => (res) => endJson(res, writeArticle(article())),
};

/** Cases with ways of their own. */
const OF_CASE = {
  [RENDERED_CASE]: { ways: RENDERERS, baseline: BASELINE, path: "/rendered" },
  [JSON_CASE]: { ways: SERIALIZERS, baseline: JSON_BASELINE, path: "/article" },
};

/** busbar's own replies, against busbar. */
const BUSBAR = {
  "busbar: c.text": (content) => (c) => c.text(content.text, 200, { "content-type": content.type }),
  "busbar: a kept reply": ({ type, text }) => {
    const reply = { status: 200, headers: [["content-type", type]], body: text };
    return () => reply;
  },
  ...(appDoor.cacheReply === undefined
    ? {}
    : {
        "busbar: cacheReply, with an ETag": ({ type, text }) => {
          const reply = appDoor.cacheReply({ status: 200, headers: [["content-type", type]], body: text });
          return () => reply;
        },
      }),
};

const BUSBAR_BASELINE = "busbar: c.text";

/** The variants of a case, and what each is compared with. */
export function variantsOf(caseName) {
  const own = OF_CASE[caseName];
  if (own !== undefined) return Object.keys(own.ways).map((name) => ({ name, baseline: own.baseline }));
  return [
    ...Object.keys(VARIANTS).map((name) => ({ name, baseline: BASELINE })),
    ...Object.keys(BUSBAR).map((name) => ({ name, baseline: BUSBAR_BASELINE })),
  ];
}

export const servers = Object.fromEntries([
  ...Object.entries({ ...RENDERERS, ...SERIALIZERS, ...VARIANTS }).map(([name]) => [
    name,
    (caseName) => plain(name, caseName),
  ]),
  ...Object.keys(BUSBAR).map((name) => [name, (caseName) => busbar(name, caseName)]),
]);

function plain(name, caseName) {
  const content = contentOf(caseName);
  const write = (OF_CASE[caseName]?.ways ?? VARIANTS)[name](content);
  return createServer((req, res) => {
    if (req.url === content.path) return write(res);
    res.statusCode = 404;
    res.end();
  });
}

function busbar(name, caseName) {
  const content = contentOf(caseName);
  const app = appDoor.createApp();
  app.get(content.path, BUSBAR[name](content));
  return createServer(nodeHandler(app));
}

function endJson(res, text) {
  res.writeHead(200, ["content-type", JSON_TYPE, "content-length", String(Buffer.byteLength(text))]).end(text);
}

function contentOf(caseName) {
  const own = OF_CASE[caseName];
  if (own !== undefined) return { path: own.path };
  const isPage = caseName.startsWith("20 KiB");
  const text = isPage ? KEPT_PAGE : HELLO;
  const [path, type] = isPage ? ["/page", HTML_TYPE] : ["/hello", TEXT_TYPE];
  return { path, type, text, bytes: Buffer.from(text) };
}

function halves(text) {
  const middle = Math.floor(text.length * HALF);
  return [text.slice(0, middle), text.slice(middle)];
}

// A head as Node writes it, made again when the date has changed.
function createHeads(type, bytes, body = "") {
  let [head, until] = ["", 0];
  return () => {
    const now = Date.now();
    if (now < until) return head;
    until = now - (now % SECOND_MS) + SECOND_MS;
    const lines = [
      `HTTP/1.1 200 ${STATUS_CODES[200]}`,
      `content-type: ${type}`,
      `content-length: ${bytes.length}`,
      `Date: ${new Date(now).toUTCString()}`,
      "Connection: keep-alive",
      "Keep-Alive: timeout=5",
    ];
    head = `${lines.join("\r\n")}\r\n\r\n${body}`;
    return head;
  };
}
