import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareConditions, conditionFits, parseCondition, prepareRequest } from "../../lib/router/conditions.ts";
import { compareVersions, parseRange, parseVersion, rangeHolds } from "../../lib/router/semver.ts";
import type { RouteConstraints } from "../../lib/router/types.ts";
import { runs } from "../helpers/runs.ts";
import { fitsHost } from "../oracle/host.ts";
import { inRange, precedenceKey } from "../oracle/semver.ts";

const fitsOne = (host: string | RegExp, text: string): boolean =>
  conditionFits(parseCondition({ host }), prepareRequest({ host: text }));

const holds = (range: string, version: string): boolean => {
  const read = parseVersion(version);
  const parsed = parseRange(range);
  return read !== undefined && parsed !== undefined && rangeHolds(parsed, read);
};

describe("a host", () => {
  const table: readonly (readonly [host: string | RegExp, yes: readonly string[], no: readonly string[]])[] = [
    [
      "api.example.com",
      [
        "api.example.com",
        "API.Example.COM",
        "api.example.com.",
        "api.example.com:8080",
        "api.example.com.:1",
        "api.example.com:",
      ],
      [
        "example.com",
        "x.api.example.com",
        "api.example.com..",
        "api.example.com:x",
        "api.example.com:65536",
        "user@api.example.com",
      ],
    ],
    ["API.example.com.", ["api.example.com"], ["api.example"]],
    [
      "*.example.com",
      ["a.example.com", "a.b.EXAMPLE.com:1"],
      ["example.com", ".example.com", "a..example.com", "xexample.com", "a.example.com.evil.org", "a/b.example.com"],
    ],
    ["localhost:3000", ["localhost:3000", "LOCALHOST:03000"], ["localhost", "localhost:30000", "localhost:"]],
    ["*.example.com:80", ["a.example.com:80"], ["a.example.com", "a.example.com:81"]],
    ["[::1]", ["[::1]", "[::1]:80"], ["::1", "[::2]", "[]", "[::1", "[::1].", "[::1]x", "[0:0:0:0:0:0:0:1]", "[::g]"]],
    ["[2001:DB8::1]:443", ["[2001:db8::1]:443"], ["[2001:db8::1]"]],
    ["127.0.0.1", ["127.0.0.1:8080"], ["127.0.0.2"]],
    [/^api\d+\.example\.com$/, ["api7.example.com:80", "API12.example.com."], ["api.example.com", "xapi1.example.com"]],
    [/example/, ["example", "my-example.org"], ["exampl"]],
    [/EXAMPLE\.[A-Z]+$/i, ["an.example.org"], ["example.1"]],
    [/^a|b$|c\|d|[|]e/, ["a.x", "x.b"], ["x.a.y", "c"]],
    [/^(?:eu|us)\.shop$/, ["eu.shop", "us.shop"], ["eu.shop.org", "x.us.shop"]],
    [/\.example\.com$/, ["a.example.com"], ["example.com", ".example.com"]],
    [/(?:)/, ["x", "[::1]"], ["", "a b"]],
  ];
  for (const [host, yes, no] of table) {
    test(`${host} fits what it says`, () => {
      for (const text of yes) expect(fitsOne(host, text), text).toBe(true);
      for (const text of no) expect(fitsOne(host, text), text).toBe(false);
    });
  }

  test("fits no request without one", () => {
    for (const host of ["a.com", "*.a.com", /a/]) {
      const condition = parseCondition({ host });
      for (const request of [undefined, {}, { host: undefined }, { host: "" }]) {
        expect(conditionFits(condition, prepareRequest(request))).toBe(false);
      }
    }
  });

  const refused: readonly (readonly [host: string | RegExp, reason: string])[] = [
    ["", "labels are"],
    ["*", "labels are"],
    ["a.*.com", "labels are"],
    ["*.*.com", "labels are"],
    ["bücher.example", "xn--"],
    ["https://example.com", "labels are"],
    ["a..b", "labels are"],
    ["a:99999", "labels are"],
    ["*.[::1]", "no labels for the star"],
    ["a".repeat(254), "longer than 253"],
    [/a/g, "a flag other than i"],
    [/a/u, "a flag other than i"],
    [/(?=a)a/, "look-ahead"],
    [/(?<!a)b/, "look-behind"],
    [/(a)\1/, "back-references"],
    [/a(^b|c$)/, "anchor"],
    [/^$/, "no host fits it"],
    [/^localhost:3000$/, "without their port"],
    [/a.{12}$/, "states"],
    [/é/, "no host fits it"],
  ];
  for (const [host, reason] of refused) {
    test(`refuses ${String(host).slice(0, 30)}: ${reason}`, () => {
      expect(() => parseCondition({ host })).toThrow(
        expect.objectContaining({ code: "ROUTER_BAD_HOST", message: expect.stringContaining(reason) }),
      );
    });
  }

  test("refuses what is neither text nor a regular expression", () => {
    const host = 7 as unknown as string; // cast: what a caller without types may pass
    expect(() => parseCondition({ host })).toThrow(expect.objectContaining({ code: "ROUTER_BAD_HOST" }));
  });

  test("fits as the oracle says, and no text of a request throws", () => {
    const piece = fc.constantFrom(..."aB1-_.:[]@/ é*\0".split(""), "a.com", "example.com", "*.", "::1", ":80", "[::1]");
    const text = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary" }),
    );
    const host = fc.constantFrom<string | RegExp>(
      ...["a.com", "*.a.com", "example.com:80", "[::1]", "*.com:80", "a", "*.1"],
      ...[/a/, /^a/, /a$/, /^[a-z]+$/, /^a|m$/, /[^a]\.com$/, /^(?:a|b1?)[.:-]/, /\W/, /\d{1,2}$/],
    );
    fc.assert(
      fc.property(host, text, (constraint, value) => {
        expect(fitsOne(constraint, value)).toBe(fitsHost(constraint, value));
      }),
      {
        numRuns: runs(2000),
      },
    );
  });

  test("longer than 255 characters fits nothing", () => {
    expect(fitsOne(/a/, "a".repeat(255))).toBe(true);
    expect(fitsOne(/a/, "a".repeat(256))).toBe(false);
    expect(fitsOne("*.com", `${"a.".repeat(130)}com`)).toBe(false);
  });
});

describe("a version", () => {
  test("is read by semantic versioning, or short", () => {
    for (const text of [
      "1.2.3",
      "0.0.0",
      "1.2.3-beta.1",
      "1.2.3-0a.-.00a",
      "1.2.3+build.01",
      "1.2.3-a+b",
      "1",
      "1.2",
    ]) {
      expect(parseVersion(text), text).toBeDefined();
    }
    const bad = [
      "",
      "v1",
      "01.2.3",
      "1.02",
      "1.2.3-01",
      "1.2.3-",
      "1.2.3-a..b",
      "1.2.3+",
      "1.2-a",
      "1.x",
      "1.2.3.4",
      " 1",
      "1e3.0.0",
    ];
    for (const text of [...bad, "9".repeat(16), `1.2.3-${"a".repeat(128)}`]) {
      expect(parseVersion(text), text).toBeUndefined();
      expect(() => parseCondition({ version: text })).toThrow(expect.objectContaining({ code: "ROUTER_BAD_VERSION" }));
    }
    expect(parseVersion("1.2")).toEqual(parseVersion("1.2.0+x"));
  });

  test("sorts in the order of the standard's own example", () => {
    const order = [
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
    ];
    const sorted = [...order].reverse().sort((a, b) => compareVersions(version(a), version(b)));
    expect(sorted).toEqual(order);
  });

  const table: readonly (readonly [range: string, yes: readonly string[], no: readonly string[]])[] = [
    ["1.2.3", ["1.2.3", "1.2.3+x"], ["1.2.4", "1.2.3-a"]],
    ["=1.2.3", ["1.2.3"], ["1.2.2"]],
    ["1", ["1.0.0", "1.9.9"], ["2.0.0", "0.9.9", "1.0.0-a"]],
    ["1.x", ["1.0.0"], ["2.0.0"]],
    ["1.2.*", ["1.2.9"], ["1.3.0"]],
    ["*", ["0.0.0", "9.9.9"], ["1.0.0-a"]],
    ["^1.2.3", ["1.2.3", "1.9.0"], ["1.2.2", "2.0.0", "2.0.0-a"]],
    ["^0.2.3", ["0.2.9"], ["0.3.0"]],
    ["^0.0.3", ["0.0.3"], ["0.0.4"]],
    ["^0.0", ["0.0.9"], ["0.1.0"]],
    ["^0", ["0.9.9"], ["1.0.0"]],
    ["~1.2.3", ["1.2.9"], ["1.3.0"]],
    ["~1", ["1.9.9"], ["2.0.0"]],
    [">=1 <3", ["1.0.0", "2.9.9"], ["3.0.0", "3.0.0-a"]],
    ["> 1.2", ["1.3.0"], ["1.2.9"]],
    ["<=1.2", ["1.2.9"], ["1.3.0"]],
    [">*", [], ["1.0.0"]],
    ["1.2 - 2.3", ["1.2.0", "2.3.9"], ["2.4.0"]],
    ["1.2.3 - 2", ["2.9.9"], ["3.0.0"]],
    ["1 || 3.x", ["1.5.0", "3.0.0"], ["2.0.0"]],
    [">=1.2.3-beta.2", ["1.2.3-beta.11", "1.2.3", "1.3.0"], ["1.2.3-beta.1", "1.3.0-beta.3"]],
    ["2.0.0-a", ["2.0.0-a"], ["2.0.0", "2.0.0-b"]],
  ];
  for (const [range, yes, no] of table) {
    test(`the range ${range} holds what it says`, () => {
      for (const text of yes) expect(holds(range, text), text).toBe(true);
      for (const text of no) expect(holds(range, text), text).toBe(false);
    });
  }

  test("fits no range that cannot be read", () => {
    const bad = [
      "",
      " ",
      "||",
      "1 ||",
      "a",
      "v1",
      "1.x.3",
      "x.1",
      "^",
      ">=",
      "1 -",
      "- 1",
      "1 - 2 - 3",
      "~>1",
      "!=1",
      "01",
      "1.2-a",
      "1,2",
      "latest",
    ];
    const condition = parseCondition({ version: "1.2.3" });
    for (const range of [...bad, `1${" ".repeat(128)}`]) {
      expect(conditionFits(condition, prepareRequest({ version: range })), range).toBe(false);
      expect(conditionFits(undefined, prepareRequest({ version: range })), range).toBe(false);
    }
  });

  const number = fc.nat({ max: 3 });
  const tail = fc.constantFrom("", "", "-a", "-0", "-a.1", "-1.b", "-10", "-2", "-1.0.0");
  const whole = fc.tuple(number, number, number, tail).map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);
  const partial = fc.oneof(
    whole,
    fc.tuple(number, number, fc.constantFrom("", ".x", ".*")).map(([a, b, rest]) => `${a}.${b}${rest}`),
    fc.tuple(number, fc.constantFrom("", ".x", ".X.x")).map(([a, rest]) => `${a}${rest}`),
    fc.constantFrom("*", "x"),
  );
  const operator = fc.constantFrom("", "^", "~", "<", "<=", ">", ">=", "=", ">= ");
  const comparator = fc.tuple(operator, partial).map(([sign, rest]) => sign + rest);
  const alternative = fc.oneof(
    fc.array(comparator, { minLength: 1, maxLength: 3 }).map((all) => all.join(" ")),
    fc.tuple(partial, partial).map(([from, to]) => `${from} - ${to}`),
  );
  const ranges = fc.array(alternative, { minLength: 1, maxLength: 2 }).map((all) => all.join(" || "));

  test("is in a range when the oracle says so", () => {
    fc.assert(
      fc.property(ranges, whole, (range, text) => {
        expect(holds(range, text), `${text} in ${range}`).toBe(inRange(range, text));
      }),
      { numRuns: runs(5000) },
    );
  });

  test("stands to another as the oracle's keys do", () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const order = precedenceKey(a) < precedenceKey(b) ? -1 : precedenceKey(a) > precedenceKey(b) ? 1 : 0;
        expect(Math.sign(compareVersions(version(a), version(b)))).toBe(order);
      }),
      { numRuns: runs(2000) },
    );
  });

  test("of any text never throws", () => {
    const unit = fc.constantFrom(..."019.xX*-+ab^~<>=| \t".split(""));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit }), fc.string({ unit: "binary" })), (text) => {
        parseVersion(text);
        parseRange(text);
      }),
    );
  });
});

describe("a condition", () => {
  test("is none when nothing is asked", () => {
    expect(parseCondition({})).toBe(undefined);
  });

  test("fits by host and version together", () => {
    const condition = parseCondition({ host: "a.com", version: "1.2.0" });
    expect(conditionFits(condition, prepareRequest({ host: "a.com", version: "1.x" }))).toBe(true);
    expect(conditionFits(condition, prepareRequest({ host: "b.com", version: "1.x" }))).toBe(false);
    expect(conditionFits(condition, prepareRequest({ host: "a.com", version: "2" }))).toBe(false);
    expect(conditionFits(condition, prepareRequest({ host: "a.com" }))).toBe(false);
    expect(conditionFits(condition, prepareRequest({ version: "1.x" }))).toBe(false);
  });

  test("without host takes any host, without version none that is asked for", () => {
    for (const host of [undefined, "a.com", "a b", "[", "x".repeat(999)]) {
      expect(conditionFits(undefined, prepareRequest({ host }))).toBe(true);
      expect(conditionFits(parseCondition({ version: "1" }), prepareRequest({ host, version: "1" }))).toBe(true);
    }
    expect(conditionFits(undefined, prepareRequest({ version: "*" }))).toBe(false);
    expect(conditionFits(parseCondition({ host: "a.com" }), prepareRequest({ host: "a.com", version: "*" }))).toBe(
      false,
    );
    expect(conditionFits(undefined, prepareRequest(undefined))).toBe(true);
  });
});

describe("the order of conditions", () => {
  const inOrder: readonly RouteConstraints[] = [
    { host: "a.example.com:80" },
    { host: "a.example.com", version: "2" },
    { host: "a.example.com", version: "2.0.0-rc" },
    { host: "a.example.com" },
    { host: /^[ab]\.example\.com$/ },
    { host: "*.example.com:80" },
    { host: "*.example.com", version: "3" },
    { host: "*.example.com", version: "1.2" },
    { host: "*.com" },
    { host: /com$/, version: "9" },
    { host: /./ },
    { version: "7" },
    {},
  ];

  test("is the narrower host, then the higher version", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...inOrder], { minLength: inOrder.length }), (shuffled) => {
        const sorted = shuffled.sort((a, b) => compareConditions(parseCondition(a), parseCondition(b)));
        expect(sorted).toEqual(inOrder);
      }),
      { numRuns: 30 },
    );
  });

  const same: readonly (readonly [RouteConstraints, RouteConstraints])[] = [
    [{}, {}],
    [{ version: "1" }, { version: "1.0.0+x" }],
    [{ host: "A.com." }, { host: "a.com" }],
    [{ host: "a.com" }, { host: /^a\.com$/ }],
    [{ host: "*.a.com" }, { host: /\.a\.com$/ }],
    [{ host: "*.a.com" }, { host: /^[^.]*.*\.a\.com$/i }],
    [{ host: /a|b/ }, { host: /[ab]/i }],
    [{ host: "a.com:080" }, { host: "a.com:80" }],
  ];
  for (const [a, b] of same) {
    test(`sees that ${show(a)} and ${show(b)} are the same`, () => {
      expect(compareConditions(parseCondition(a), parseCondition(b))).toBe(0);
    });
  }

  test("refuses hosts that share names, whichever comes first and whatever the versions", () => {
    const pairs: readonly (readonly [RouteConstraints, RouteConstraints])[] = [
      [{ host: /^a/ }, { host: /b$/ }],
      [
        { host: /^a/, version: "1" },
        { host: /b$/, version: "2" },
      ],
      [{ host: "*.example.com" }, { host: /^api\./ }],
      [{ host: "*.example.com:80" }, { host: /^api\./ }],
    ];
    for (const [a, b] of pairs) {
      for (const [first, second] of [[a, b] as const, [b, a] as const]) {
        expect(() => compareConditions(parseCondition(first), parseCondition(second))).toThrow(
          expect.objectContaining({ code: "ROUTER_AMBIGUOUS_ROUTE" }),
        );
      }
    }
  });

  test("lets hosts share names when one route has a version and the other has none", () => {
    const a = parseCondition({ host: /^a/, version: "1" });
    const b = parseCondition({ host: /b$/ });
    expect(Math.sign(compareConditions(a, b))).toBe(-Math.sign(compareConditions(b, a)));
    expect(compareConditions(a, b)).not.toBe(0);
  });

  test("is total, and puts what fits less before what fits more", () => {
    const hosts: readonly (string | RegExp | undefined)[] = [
      ...[undefined, "a.com", "b.com", "x.a.com", "a.com:80", "b.com:80", "*.a.com", "*.com", "*.b.com", "*.a.com:80"],
      ...[/^a\.com$/, /a\.com$/, /^[ab]\.com$/, /^x\.[ab]\.com$/, /^c/, /^\[/, /^\d+$/, /./, /^.\.com$/],
    ];
    const versions = [undefined, "1", "2.0.0-a", "2"];
    const all = hosts.flatMap((host) =>
      versions.map((version) => ({ ...(host && { host }), ...(version && { version }) })),
    );
    const parsed = all.map((constraints) => [constraints, parseCondition(constraints)] as const);
    const order = (a: number, b: number): number | undefined => {
      try {
        return Math.sign(compareConditions(parsed[a]?.[1], parsed[b]?.[1]));
      } catch {
        return undefined;
      }
    };
    const samples = [
      "a.com",
      "b.com",
      "x.a.com",
      "y.a.com",
      "x.b.com",
      "c",
      "[::1]",
      "12",
      "q.com",
      "ba.com",
      "z.ba.com",
      "q.b.com",
      "a.b.c",
    ];
    const texts = samples.flatMap((name) => [name, `${name}:80`]);
    const fitting = parsed.map(([{ host }]) => texts.filter((text) => host === undefined || fitsHost(host, text)));
    const index = fc.nat({ max: all.length - 1 });
    fc.assert(
      fc.property(index, index, index, (a, b, c) => {
        const ab = order(a, b);
        if (ab === undefined) {
          expect(order(b, a)).toBe(undefined);
          return;
        }
        expect(order(b, a)).toBe(ab === 0 ? 0 : -ab);
        if (ab === 0) expect(fitting[a]).toEqual(fitting[b]);
        const [mine, other] = [fitting[a] ?? [], fitting[b] ?? []];
        if (mine.length < other.length && mine.every((text) => other.includes(text)) && mine.length > 0)
          expect(ab).toBe(-1);
        const bc = order(b, c);
        const ac = order(a, c);
        if (ab <= 0 && bc !== undefined && bc <= 0 && ac !== undefined) expect(ac).toBe(Math.min(ab, bc));
      }),
      { numRuns: runs(5000) },
    );
  });
});

function version(text: string): NonNullable<ReturnType<typeof parseVersion>> {
  const read = parseVersion(text);
  if (read === undefined) throw new Error(`not a version: ${text}`);
  return read;
}

function show({ host, version: of }: RouteConstraints): string {
  return [host, of].filter((part) => part !== undefined).join(" ") || "nothing";
}
