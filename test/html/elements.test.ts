import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ariaAttributes } from "aria-attributes";
import { htmlElementAttributes } from "html-element-attributes";
import { svgElementAttributes } from "svg-element-attributes";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { VOID } from "../../lib/html/contexts.ts";
import { ariaNames, busNames, isKnownName } from "../../lib/html/elements/names.ts";
import { attrs, call, doctype, el, element, html, json, renderToString } from "../../lib/html/index.ts";
import { root } from "../helpers/imports.ts";
import { treeOf } from "../oracle/html.ts";
import { errorOf } from "./helpers.ts";

interface Feature {
  readonly __compat?: {
    readonly spec_url?: string | readonly string[];
    readonly status?: { readonly deprecated: boolean; readonly standard_track: boolean };
  };
  readonly [name: string]: unknown;
}
type Features = Readonly<Record<string, Feature>>;

const require = createRequire(import.meta.url);
// cast: the package's own data file, as its types describe it
const compat = JSON.parse(readFileSync(require.resolve("@mdn/browser-compat-data"), "utf8")) as Readonly<
  Record<"html" | "svg" | "mathml", { readonly elements: Features; readonly global_attributes: Features }>
>;
const isDeprecated = (feature: unknown): boolean =>
  (feature as Feature | undefined)?.__compat?.status?.deprecated === true;
const isCurrent = (feature: Feature): boolean =>
  feature.__compat?.status?.standard_track === true && !isDeprecated(feature);
const isOfHtml = (feature: Feature): boolean =>
  [feature.__compat?.spec_url ?? []].flat().some((url) => url.startsWith("https://html.spec.whatwg.org/"));

/** Interface to its members' names, and under `Name.tag` the attributes of an element, read from the checked-in files. */
const declared = new Map<string, ReadonlySet<string>>();
for (const area of ["global", "html", "svg", "mathml"]) {
  const path = join(root, `lib/html/elements/attributes-${area}.ts`);
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  for (const statement of file.statements) {
    if (!ts.isInterfaceDeclaration(statement)) continue;
    declared.set(statement.name.text, new Set(statement.members.map(nameOf)));
    for (const member of statement.members) {
      if (!ts.isPropertySignature(member) || member.type === undefined) continue;
      const own = ts.isIntersectionTypeNode(member.type) ? member.type.types.filter(ts.isTypeLiteralNode) : [];
      declared.set(`${area}.${nameOf(member)}`, new Set(own.flatMap((type) => type.members.map(nameOf))));
    }
  }
}

function nameOf(member: ts.TypeElement): string {
  const { name } = member;
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : "";
}

/** What the type of an element takes. */
function attributesOf(area: "html" | "svg" | "mathml", tag: string): (name: string) => boolean {
  const bases = ["GlobalAttributes", "AriaAttributes", "HandlerAttributes"];
  if (area === "svg" || tag === "a") bases.push("SvgAttributes");
  if (area === "mathml") bases.push("MathAttributes");
  const own = [...bases.map((base) => declared.get(base)), declared.get(`${area}.${tag}`)];
  const shared = area === "html" ? undefined : declared.get(`html.${tag}`);
  return (name) => [...own, shared].some((names) => names?.has(name));
}

describe("the attribute types", () => {
  test("are what the generator writes", () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, ".ci/elements.mjs"), "--check"], {
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("have every element of the HTML standard, and none that is obsolete", () => {
    const standard = Object.entries(compat.html.elements)
      .filter(([, feature]) => isOfHtml(feature) && isCurrent(feature))
      .map(([tag]) => tag);
    const known = Object.keys(htmlElementAttributes).filter(
      (tag) => tag !== "*" && compat.html.elements[tag] !== undefined,
    );
    const current = known.filter((tag) => !isDeprecated(compat.html.elements[tag]));
    expect(new Set([...standard, ...current])).toEqual(declared.get("HtmlElementAttributes"));
    expect(standard.length).toBeGreaterThan(110);
    for (const tag of ["font", "center", "marquee", "frame", "applet", "isindex"])
      expect(Object.hasOwn(el, tag)).toBe(false);
  });

  test("have every attribute of the standard's index, and none that is obsolete", () => {
    const missing: string[] = [];
    const obsolete: string[] = [];
    for (const tag of declared.get("HtmlElementAttributes") ?? []) {
      const feature = compat.html.elements[tag] as Feature; // cast: the test above compared the two
      const has = attributesOf("html", tag);
      for (const name of htmlElementAttributes[tag] ?? []) {
        if (isDeprecated(feature[name]) || OBSOLETE.has(`${tag}.${name}`))
          obsolete.push(...(has(name) ? [`${tag}.${name}`] : []));
        else if (!has(name)) missing.push(`${tag}.${name}`);
      }
      for (const [name, own] of Object.entries(feature) as [string, Feature][]) {
        if (/^[a-z-]+$/.test(name) && isOfHtml(own) && isCurrent(own) && !OBSOLETE.has(`${tag}.${name}`) && !has(name))
          missing.push(`${tag}.${name}`);
      }
    }
    for (const name of htmlElementAttributes["*"] ?? [])
      if (!attributesOf("html", "p")(name)) missing.push(`*.${name}`);
    // `color` and `name` of <a> and the like are attributes of SVG's element of the same name.
    expect({ missing, obsolete: obsolete.filter((name) => !name.startsWith("a.")) }).toEqual({
      missing: [],
      obsolete: [],
    });
  });

  test("have every current element of SVG and MathML with its attributes", () => {
    const missing: string[] = [];
    for (const [tag, feature] of Object.entries(compat.svg.elements)) {
      if (isDeprecated(feature)) continue;
      expect(Object.hasOwn(el, tag), tag).toBe(true);
      if (["a", "script", "style", "title"].includes(tag)) continue; // one type with HTML's element
      const has = attributesOf("svg", tag);
      for (const name of [...(svgElementAttributes[tag] ?? []), ...(svgElementAttributes["*"] ?? [])])
        if (!has(name)) missing.push(`${tag}.${name}`);
    }
    for (const [tag, feature] of Object.entries(compat.mathml.elements)) {
      if (!isCurrent(feature)) continue;
      expect(Object.hasOwn(el, tag), tag).toBe(true);
      const has = attributesOf("mathml", tag);
      for (const [name, own] of Object.entries(feature) as [string, Feature][])
        if (/^[a-z]+$/.test(name) && isCurrent(own) && !has(name)) missing.push(`${tag}.${name}`);
    }
    expect(missing).toEqual([]);
  });

  test("have every ARIA attribute and every event handler of the DOM", () => {
    const aria = declared.get("AriaAttributes") ?? new Set();
    expect(ariaAttributes.filter((name) => !aria.has(name))).toEqual([]);
    expect(ariaNames().filter((name) => !aria.has(name))).toEqual([]);
    expect([...aria].filter((name) => name !== "role" && !ariaNames().includes(name))).toEqual([]);
    const handlers = declared.get("HandlerAttributes") ?? new Set();
    for (const name of ["onclick", "oninput", "ontoggle", "onbeforematch", "onscrollend", "oncommand", "onpointerdown"])
      expect(handlers.has(name), name).toBe(true);
    expect(declared.get("html.body")?.has("onbeforeunload")).toBe(true);
  });
});

/** Obsolete by the standard's own list, which the packages' data does not tell. */
const OBSOLETE: ReadonlySet<string> = new Set(
  (
    "h1.align h2.align h3.align h4.align h5.align h6.align p.align dl.compact menu.compact form.accept head.profile html.manifest " +
    "iframe.allowusermedia input.ismap label.form object.align object.hspace object.vspace object.typemustmatch script.charset " +
    "script.language td.height td.nowrap th.height th.nowrap area.hreflang area.type"
  ).split(" "),
);

describe("el", () => {
  test("is a frozen table that inherits nothing", () => {
    expect(Object.isFrozen(el)).toBe(true);
    expect(Object.getPrototypeOf(el)).toBe(null);
    expect((el as Readonly<Record<string, unknown>>)["constructor"]).toBeUndefined();
    expect(Object.keys(attrs)).toEqual(Object.keys(el));
  });

  test("every element parses to itself, and those without content are those of the core", () => {
    for (const [tag, make] of Object.entries(el) as [string, (attributes: { id: string }) => never][]) {
      const text = renderToString(make({ id: "<a>" }), { report: false });
      expect(text).toBe(`<${tag} id="&lt;a&gt;">${VOID.has(tag) ? "" : `</${tag}>`}`);
    }
  });

  test("takes attributes first: anything else there is refused", () => {
    expect(renderToString(el.p(undefined, "a"))).toBe("<p>a</p>");
    for (const given of ["text", 1, html`<b></b>`, json({}), [], new Map(), () => ({})] as never[])
      expect(errorOf(() => el.p(given)).code).toBe("HTML_BAD_HOLE");
  });

  test("keeps the contexts of html", () => {
    const url = "javascript:alert(1)";
    expect(renderToString(el.a({ href: url }))).not.toContain("javascript");
    expect(renderToString(el.a({ href: () => url }))).not.toContain("javascript");
    expect(renderToString(el.button({ onclick: call("f", "'") }))).toContain('onclick="f(');
    expect(errorOf(() => renderToString(el.script(null, "alert(1)"))).code).toBe("HTML_SCRIPT_HOLE");
    expect(errorOf(() => renderToString(el.p(null, { toString: () => "<b>" } as never))).code).toBe("HTML_BAD_HOLE");
  });

  test("gives scripts, styles and stylesheets the nonce", () => {
    const page = [
      el.script({ src: "/a.js" }),
      el.link({ rel: "stylesheet", href: "/a.css" }),
      el.link({ rel: "icon" }),
    ];
    const [script, sheet, icon] = treeOf(renderToString(page, { nonce: "abc" })) as [string, Record<string, string>][];
    expect([script?.[1]["nonce"], sheet?.[1]["nonce"], icon?.[1]["nonce"]]).toEqual(["abc", "abc", undefined]);
  });

  test("makes one template per shape, whose slots a live view can update", () => {
    const first = el.p({ id: "a", title: "b" }, "x");
    expect(el.p({ id: "c", title: "d" }, "y").template).toBe(first.template);
    expect(el.p({ title: "d", id: "c" }, "y").template).not.toBe(first.template);
    expect(first.template.slots.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "attribute id",
      "attribute title",
      "child ",
    ]);
    expect(first.template.hash).toBe(html`<p id=${1} title=${2}>${3}</p>`.template.hash);
  });
});

describe("element", () => {
  test("takes tag names from data", () => {
    for (const tag of ["h2", "x-card", "x-naïve", "x-a.b_c", "svg:rect"])
      expect(renderToString(element(tag, { id: 1 }, "<"), { report: false })).toBe(`<${tag} id="1">&lt;</${tag}>`);
    for (const tag of ["", "x y", "x>", "1x", "-x", "naïve", "x/y", "\u212a", "x\0"])
      expect(errorOf(() => element(tag)).code, tag).toBe("HTML_BAD_NAME");
  });

  test("a script made from data takes no text, whatever its case", () => {
    for (const tag of ["script", "SCRIPT", "sCrIpT"])
      expect(errorOf(() => renderToString(element(tag, null, "alert(1)"))).code).toBe("HTML_SCRIPT_HOLE");
    for (const tag of ["plaintext", "xmp", "noembed"])
      expect(() => renderToString(element(tag, null, "</x><img src=x onerror=alert(1)>"))).toThrow();
  });
});

describe("attrs", () => {
  test("are what spread makes of them", () => {
    const node = html`<input ${attrs.input({ type: "email", required: true, value: '"', name: null })}>`;
    expect(renderToString(node)).toBe('<input type="email" required value="&quot;">');
    expect(errorOf(() => renderToString(html`<p ${attrs.p({ onclick: "x" } as never)}></p>`)).code).toBe(
      "HTML_HANDLER_HOLE",
    );
  });
});

test("doctype starts a page", () => {
  expect(renderToString([doctype, el.html({ lang: "en" })])).toBe('<!doctype html><html lang="en"></html>');
});

describe("isKnownName", () => {
  test("knows the bus-* attributes that have a type, and beside these what live pages write", () => {
    const source = readFileSync(join(root, "lib/html/elements/attributes-bus.ts"), "utf8");
    const typed = Array.from(source.matchAll(/readonly "(bus-[a-z-]+)"/g), ([, name]) => name);
    const written = ["bus-live", "bus-live-data", "bus-slot", "bus-input", "bus-change"];
    expect([...typed, ...written].sort()).toEqual(busNames().sort());
  });

  test("knows ARIA and our own attributes, with their suffixes, and leaves the rest alone", () => {
    for (const name of [
      ...ariaAttributes,
      ...busNames(),
      "bus-target:inherited",
      ...["bus-keydown", "bus-blur", "bus-nav", "bus-upload", "bus-debounce"],
      "bus-status:404",
      "bus-status:4xx",
      "bus-status:50x:inherited",
    ])
      expect(isKnownName(name), name).toBe(true);
    for (const name of ["class", "ariadne", "data-bus", "busy"]) expect(isKnownName(name), name).toBe(true);
    for (const name of [
      "aria-lable",
      "aria-",
      "bus-",
      "bus-targt",
      "bus-get:inherit",
      "bus-status:",
      "bus-status:999",
      "bus-:inherited",
    ])
      expect(isKnownName(name), name).toBe(false);
  });
});
