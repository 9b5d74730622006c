// A handler written by hand over node:http, doing the work that the frameworks do and nothing else: the ceiling.
import { Buffer, isUtf8 } from "node:buffer";
import { TABLE_CASE } from "../names.mjs";
import {
  apiAnswer,
  apiRoutes,
  article,
  BLOCKS,
  HELLO,
  HTML_TYPE,
  JSON_TYPE,
  KEPT_PAGE,
  MAX_BODY,
  noteSchema,
  renderPage,
  SERVED_BY,
  TEXT_TYPE,
} from "../work.mjs";

/** A listener; with `next` what it does not know goes there, as in Connect. */
export function bare(caseName) {
  return caseName === TABLE_CASE ? api() : pages();
}

function pages() {
  return (req, res, next) => {
    const path = pathOf(req.url);
    if (req.method === "GET") {
      if (path === "/hello") return reply(res, TEXT_TYPE, HELLO);
      if (path === "/article") return reply(res, JSON_TYPE, JSON.stringify(article()));
      if (path === "/page") return reply(res, HTML_TYPE, KEPT_PAGE);
      if (path === "/rendered") return reply(res, HTML_TYPE, renderPage());
    } else if (req.method === "POST" && path === "/notes") return echo(req, res);
    pass(res, next);
  };
}

function api() {
  const find = createTree();
  const steps = [...BLOCKS.map((name) => (req) => req.headers[name] === undefined), addServedBy];
  return (req, res, next) => {
    const found = find(req.method, pathOf(req.url));
    if (found === undefined) return pass(res, next);
    const head = ["content-type", TEXT_TYPE];
    for (const step of steps) if (!step(req, head)) return refuse(res, 403);
    send(res, head, apiAnswer(found.route, found.params));
  };
}

function addServedBy(_req, head) {
  head.push(SERVED_BY[0], SERVED_BY[1]);
  return true;
}

function reply(res, type, body) {
  send(res, ["content-type", type], body);
}

// the shortest documented way: nothing is stored, looked up or measured again
function send(res, head, body) {
  head.push("content-length", String(Buffer.byteLength(body)));
  res.writeHead(200, head).end(body);
}

function refuse(res, status) {
  res.statusCode = status;
  res.end();
}

function pass(res, next) {
  if (next === undefined) refuse(res, 404);
  else next();
}

function pathOf(url) {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

function echo(req, res) {
  readNote(req, (status, note) => {
    if (status !== 200) refuse(res, status);
    else reply(res, JSON_TYPE, JSON.stringify(note));
  });
}

/** Reads and checks a note; gives 200 and the note, or the status that refuses it. */
export function readNote(req, done) {
  if (!(req.headers["content-type"] ?? "").startsWith(JSON_TYPE)) return done(415);
  if (Number(req.headers["content-length"] ?? 0) > MAX_BODY) return done(413);
  const chunks = [];
  let size = 0;
  req.on("data", (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY) req.destroy();
  });
  req.on("end", () => {
    const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    if (!isUtf8(bytes)) return done(400);
    let value;
    try {
      value = JSON.parse(bytes.toString());
    } catch {
      return done(400);
    }
    const { success, data } = noteSchema.safeParse(value);
    done(success ? 200 : 400, data);
  });
}

// one map per segment and method; this table needs no way back from a static segment
function createTree() {
  const roots = new Map();
  for (const route of apiRoutes()) {
    let node = roots.get(route.method) ?? createNode();
    roots.set(route.method, node);
    for (const segment of route.pattern.split("/").slice(1)) {
      const child = segment.startsWith(":") ? node.param : node.statics.get(segment);
      const next = child ?? createNode();
      if (segment.startsWith(":")) node.param = next;
      else node.statics.set(segment, next);
      node = next;
    }
    node.route = route;
  }
  return (method, path) => {
    let node = roots.get(method);
    const values = [];
    for (let at = 1; node !== undefined && at <= path.length; ) {
      const slash = path.indexOf("/", at);
      const segment = path.slice(at, slash < 0 ? path.length : slash);
      const fixed = node.statics.get(segment);
      if (fixed === undefined && segment !== "")
        values.push(segment.includes("%") ? decodeURIComponent(segment) : segment);
      node = fixed ?? (segment === "" ? undefined : node.param);
      at += segment.length + 1;
    }
    if (node?.route === undefined) return undefined;
    const params = {};
    for (let i = 0; i < values.length; i++) params[node.route.names[i]] = values[i];
    return { route: node.route, params };
  };
}

function createNode() {
  return { statics: new Map(), param: undefined, route: undefined };
}
