/** A request as it goes over the wire, in one piece or several. It makes the server close the connection, or its answer ends in `until`. */
export interface OddRequest {
  readonly name: string;
  readonly parts: readonly string[];
  readonly until?: RegExp;
}

const CLOSE = "connection: close\r\n";
const LAST = `GET /empty HTTP/1.1\r\nhost: x\r\n${CLOSE}\r\n`;

const get = (target: string, lines = "host: x\r\n", version = "1.1"): string =>
  `GET ${target} HTTP/${version}\r\n${lines}${CLOSE}\r\n`;
const post = (body: string, lines: string, more = CLOSE): string =>
  `POST /echo HTTP/1.1\r\nhost: x\r\n${lines}${more}\r\n${body}`;
const sized = (type: string, body: string, more = CLOSE): string =>
  post(body, `content-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body, "latin1")}\r\n`, more);

const TARGETS: readonly string[] = [
  ...[
    "/",
    "/?",
    "/?a=1",
    "/#fragment",
    "//",
    "///",
    "/./",
    "/..",
    "/../",
    "/%2e%2e/",
    "/%2F",
    "/%",
    "/%z",
    "/%zz",
    "/%00",
    "/%C5%BE",
  ],
  ...["/%ff", "/%c0%ae", "/\xff", "/z%CC%8C", "/a%20b", "/;a=b", "/a;b/c", "/:id", "/*"],
  ...[
    "/users/1",
    "/users/",
    "/users",
    "/users//",
    "/users/1/",
    "/USERS/1",
    "/users/%2F",
    "/users/%25",
    "/users/a%20b",
    "/users/%zz",
    "/users/1/2",
  ],
  ...[
    "/users/1?a=1&a=2",
    "/users/1?a[b]=1",
    "/users/1?__proto__=1",
    "/users/1?%",
    "/users/1?a=%zz",
    "/users/__proto__",
    "/users/constructor",
  ],
  ...["/users/../ours", "/ours/../", "/ours%2F", "/OURS", "/ours%", "/%6furz", "/socket", "/socket/1"],
  ...[
    "/shop",
    "/shop/",
    "/shop/page",
    "/shop/page/",
    "/shop//page",
    "/shop/%70age",
    "/shop/page?x",
    "/throws",
    "/stream",
    "/empty",
    "/nowhere",
  ],
  ...[
    "*",
    "http://x/",
    "http://x/users/1",
    "http://other.example/",
    "https://x/",
    "http://x",
    "ftp://x/",
    "x",
    "",
    "?",
    "#",
    "\\",
    "/\\",
    "/\\..\\",
  ],
  ...[
    `/${"a".repeat(2000)}`,
    `/users/${"a".repeat(3000)}`,
    `/${"a/".repeat(500)}`,
    `/?${"a=1&".repeat(1500)}`,
    `/${"%41".repeat(1000)}`,
  ],
];

const METHODS: readonly string[] = [
  ..."HEAD POST DELETE OPTIONS PATCH TRACE PROPFIND SEARCH QUERY LINK M-SEARCH SOURCE get Get FOO CONNECT".split(" "),
  ...["G ET", "GET\t", ""],
];

const HEADERS: Readonly<Record<string, string>> = {
  "no host": "",
  "an empty host": "host:\r\n",
  "two hosts": "host: x\r\nhost: y\r\n",
  "a host with a port": "host: x:80\r\n",
  "a host that is none": "host: a b/c\r\n",
  "names in capitals": "HOST: x\r\nX-FORWARDED-FOR: 1.2.3.4\r\n",
  "an empty header": "host: x\r\nx-empty:\r\n",
  "blanks around a value": "host: x\r\nx-a:  \t b \t \r\n",
  "a header twice": "host: x\r\nx-a: 1\r\nX-A: 2\r\n",
  "cookies in two lines": "host: x\r\ncookie: a=1\r\ncookie: b=2\r\n",
  "set-cookie in a request": "host: x\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n",
  "Latin-1": "host: x\r\nx-a: \xe9\xff\r\n",
  "a control character": "host: x\r\nx-a: \x01\r\n",
  "a NUL": "host: x\r\nx-a: \0\r\n",
  "a bare line feed": "host: x\nx-a: 1\n",
  "a bare carriage return": "host: x\r\nx-a: 1\r2\r\n",
  "a continued line": "host: x\r\nx-a: 1\r\n 2\r\n",
  "no colon": "host: x\r\nx-a\r\n",
  "no name": "host: x\r\n: 1\r\n",
  "a blank in a name": "host: x\r\nx a: 1\r\n",
  "a blank before the colon": "host: x\r\nx-a : 1\r\n",
  "a name of every object": "host: x\r\n__proto__: 1\r\nconstructor: 2\r\n",
  "a hundred headers": `host: x\r\n${Array.from({ length: 100 }, (_, i) => `x-${i}: ${i}\r\n`).join("")}`,
  "too many headers": `host: x\r\n${Array.from({ length: 2100 }, (_, i) => `x${i}:\r\n`).join("")}`,
  "a large header": `host: x\r\nx-a: ${"y".repeat(10_000)}\r\n`,
  "too large a header": `host: x\r\nx-a: ${"y".repeat(20_000)}\r\n`,
  "if-none-match": 'host: x\r\nif-none-match: W/"b-rx7PRLZ7VWhnqqk8bDRtbkZ0A1Y", *\r\n',
  "a range": "host: x\r\nrange: bytes=0-1\r\n",
  "an encoding": "host: x\r\naccept-encoding: gzip, br\r\n",
  "an expectation": "host: x\r\nexpect: 100-continue\r\n",
  "an expectation nobody meets": "host: x\r\nexpect: miracles\r\n",
  "te and trailers": "host: x\r\nte: trailers\r\ntrailer: x-a\r\n",
  "a method override": "host: x\r\nx-http-method-override: PUT\r\n",
};

const BODIES: Readonly<Record<string, string>> = {
  JSON: sized("application/json", '{"a":[1]}'),
  "JSON that is broken": sized("application/json", '{"a":'),
  "JSON that is empty": sized("application/json", ""),
  "JSON that is no object": sized("application/json", "1"),
  "JSON over the limit": sized("application/json", `"${"x".repeat(20_000)}"`),
  "JSON in an unknown charset": sized("application/json; charset=klingon", "{}"),
  "JSON said to be gzip": post(
    "no gzip",
    "content-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 7\r\n",
  ),
  "JSON in an unknown encoding": post(
    "{}",
    "content-type: application/json\r\ncontent-encoding: x\r\ncontent-length: 2\r\n",
  ),
  "a form": sized("application/x-www-form-urlencoded", "a=1&a=2&b[c]=3&%zz=%"),
  "a form of too many fields": sized("application/x-www-form-urlencoded", "a=1&".repeat(1500)),
  text: sized("text/plain", "caf\xe9"),
  "an unknown type": sized("a/b", "\0\x01\x02"),
  "a type that is none": sized(";;;", "{}"),
  "no type": post("abc", "content-length: 3\r\n"),
  "no length": post("", ""),
  "a length of none": post("", "content-length: 0\r\n"),
  chunks: post("3\r\nabc\r\n0\r\n\r\n", "content-type: text/plain\r\ntransfer-encoding: chunked\r\n"),
  "chunks with extensions and trailers": post(
    "3;a=b\r\nabc\r\n0\r\nx-t: 1\r\n\r\n",
    "content-type: text/plain\r\ntransfer-encoding: chunked\r\n",
  ),
  "chunks of a size that is none": post(
    "zz\r\nabc\r\n0\r\n\r\n",
    "content-type: text/plain\r\ntransfer-encoding: chunked\r\n",
  ),
  "a chunk longer than it says": post(
    "1\r\nabc\r\n0\r\n\r\n",
    "content-type: text/plain\r\ntransfer-encoding: chunked\r\n",
  ),
  "a length and chunks": post("0\r\n\r\n", "content-length: 5\r\ntransfer-encoding: chunked\r\n"),
  "two lengths": post("abcde", "content-length: 5\r\ncontent-length: 4\r\n"),
  "a length with a sign": post("abcde", "content-length: +5\r\n"),
  "a negative length": post("abcde", "content-length: -5\r\n"),
  "a coding nobody knows": post("abc", "transfer-encoding: foo\r\n"),
  "identity as a coding": post("abc", "transfer-encoding: identity\r\n"),
  "a body of a GET": `GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc${LAST}`,
  "a body nobody reads": `POST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc${LAST}`,
};

const UPGRADES: Readonly<Record<string, string>> = {
  "to a websocket":
    "upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
  "to HTTP/2": "upgrade: h2c\r\nconnection: Upgrade, HTTP2-Settings\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n",
  "to nothing anyone knows": "upgrade: x\r\nconnection: upgrade\r\n",
  "without connection": "upgrade: websocket\r\n",
};

const PIPELINES: Readonly<Record<string, readonly string[]>> = {
  "two requests": [`GET / HTTP/1.1\r\nhost: x\r\n\r\n${LAST}`],
  "ten requests": [`${"GET /users/1 HTTP/1.1\r\nhost: x\r\n\r\n".repeat(10)}${LAST}`],
  "a slow one first": [`GET /stream HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n${LAST}`],
  "uploads between": [sized("application/json", "[1]", "") + sized("text/plain", "a", "") + LAST],
  "one that is broken in the middle": [`GET / HTTP/1.1\r\nhost: x\r\n\r\nbroken\r\n\r\n${LAST}`],
  "misses and hits": [`GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\nGET /throws HTTP/1.1\r\nhost: x\r\n\r\n${LAST}`],
  "empty lines between": [`GET / HTTP/1.1\r\nhost: x\r\n\r\n\r\n\r\n${LAST}`],
  "HTTP/1.0 that is kept alive": [`GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n${LAST}`],
  "a request in pieces": ["GET / HT", "TP/1.1\r\nho", "st: x\r\n", CLOSE, "\r", "\n"],
  "a byte at a time": [...get("/users/7")],
  "a body in pieces": [
    "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n",
    `content-length: 4\r\n${CLOSE}\r\nab`,
    "cd",
  ],
};

const VERSIONS = ["1.0", "0.9", "1.2", "2.0", "1", "11", "1.1 ", "x"];

const named = (
  kind: string,
  requests: Readonly<Record<string, string>>,
  wrap: (text: string) => string,
): OddRequest[] => Object.entries(requests).map(([name, text]) => ({ name: `${kind}: ${name}`, parts: [wrap(text)] }));

export const oddRequests: readonly OddRequest[] = [
  ...TARGETS.map((target, i) => ({
    name: `target ${i}: ${JSON.stringify(target.slice(0, 40))}`,
    parts: [get(target)],
  })),
  ...METHODS.map((method) => ({
    name: `method ${JSON.stringify(method)}`,
    parts: [`${method} /users/1 HTTP/1.1\r\nhost: x\r\n${CLOSE}\r\n`],
  })),
  ...VERSIONS.map((version) => ({
    name: `version ${JSON.stringify(version)}`,
    parts: [get("/", "host: x\r\n", version)],
  })),
  ...named("headers", HEADERS, (lines) => get("/users/1", lines)),
  ...named("body", BODIES, (text) => text),
  ...Object.entries(UPGRADES).map(([name, lines]) => ({
    name: `upgrade: ${name}`,
    parts: [`GET /socket HTTP/1.1\r\nhost: x\r\n${lines}\r\n`],
    until: /<\/html>/,
  })),
  ...["POST", "DELETE", "PATCH", "OPTIONS"].flatMap((method) =>
    ["/ours", "/users/1/ours", "/shop/page", "/socket", "/%zz", "/"].map((target) => ({
      name: `${method} ${target}`,
      parts: [`${method} ${target} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n${CLOSE}\r\n`],
    })),
  ),
  ...Object.entries(PIPELINES).map(([name, parts]) => ({ name: `pipelined: ${name}`, parts })),
];
