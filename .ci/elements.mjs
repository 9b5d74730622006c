// Writes the attribute types of every element, and their names, from published data: `node .ci/elements.mjs [--check]`.
// --check writes nothing and fails when a file is not what this program would write.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ariaAttributes } from "aria-attributes";
import { htmlElementAttributes } from "html-element-attributes";
import { svgElementAttributes } from "svg-element-attributes";
import { BOOLEAN, LISTS, MORE_ROLES, NUMBER, OPEN, URLS, VALUES } from "./elements-values.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);
const readPackage = (path) => readFileSync(require.resolve(path), "utf8");
const compat = JSON.parse(readPackage("@mdn/browser-compat-data"));
const editor = JSON.parse(readPackage("@vscode/web-custom-data/data/browsers.html-data.json"));
const dom = readFileSync(join(dirname(require.resolve("typescript")), "lib.dom.d.ts"), "utf8");

// What the standard lists as obsolete although the data does not say so (section "Non-conforming features").
const OBSOLETE = new Set(
  (
    "h1.align h2.align h3.align h4.align h5.align h6.align p.align dl.compact menu.compact form.accept head.profile " +
    "html.manifest iframe.allowusermedia input.ismap label.form object.align object.hspace object.vspace " +
    "object.typemustmatch script.charset script.language td.height td.nowrap th.height th.nowrap area.hreflang area.type"
  ).split(" "),
);
// Elements of SVG and MathML whose names are elements of HTML too: one type, in HTML's table.
const SHARED = new Set(["a", "script", "style", "title"]);

const statusOf = (feature) => feature?.__compat?.status;
const specsOf = (feature) => [feature?.__compat?.spec_url ?? []].flat();
const isHtml = (feature) => specsOf(feature).some((url) => url.startsWith("https://html.spec.whatwg.org/"));
const sorted = (names) => Array.from(new Set(names)).sort();
const featuresOf = (feature) => Object.keys(feature ?? {}).filter((name) => name !== "__compat");
const isDeprecated = (feature) => statusOf(feature)?.deprecated === true;
const isStandard = (feature) => statusOf(feature)?.standard_track === true && !isDeprecated(feature);
const isOnTrack = (features) => (name) => statusOf(features[name])?.standard_track === true;
const isAttribute = (name) => /^[a-z][a-z-]*$/.test(name);

/** The HTML standard's index: tag to its attributes, and under "*" those of all elements. */
export function htmlIndex() {
  const index = { "*": globalsOf() };
  for (const [tag, feature] of Object.entries(compat.html.elements)) {
    if (!isHtml(feature) || !isStandard(feature)) continue;
    const own = (htmlElementAttributes[tag] ?? []).filter((name) => !isDeprecated(feature[name]));
    const newer = featuresOf(feature).filter((name) => isAttribute(name) && isCurrent(feature[name]));
    index[tag] = sorted([...own, ...newer]).filter((name) => !OBSOLETE.has(`${tag}.${name}`));
  }
  return index;
}

function globalsOf() {
  const { global_attributes: features } = compat.html;
  const newer = featuresOf(features).filter((name) => isAttribute(name) && isCurrent(features[name]));
  return sorted([...htmlElementAttributes["*"].filter((name) => !isDeprecated(features[name])), ...newer]);
}

/** Of the HTML standard, or of another one and past its experiments. */
function isCurrent(feature) {
  return isStandard(feature) && (isHtml(feature) || statusOf(feature).experimental === false);
}

/** The same for SVG. */
export function svgIndex() {
  const { elements, global_attributes: globals } = compat.svg;
  const common = [
    ...svgElementAttributes["*"],
    ...featuresOf(globals).filter(isOnTrack(globals)).map(withPrefix).filter(isSvgAttribute),
  ];
  const index = { "*": common };
  for (const [tag, feature] of Object.entries(elements)) {
    if (isDeprecated(feature)) continue;
    const newer = featuresOf(feature).filter(isOnTrack(feature));
    index[tag] = [...(svgElementAttributes[tag] ?? []), ...newer.map(withPrefix).filter(isSvgAttribute)];
    if (["animate", "set", "animateMotion", "animateTransform"].includes(tag))
      index[tag].push("onbegin", "onend", "onrepeat");
    if (tag === "svg") index[tag].push("xmlns", "xmlns:xlink");
  }
  // The data repeats the presentation attributes on every element: what most have is said once.
  const tags = Object.keys(index).filter((tag) => tag !== "*");
  const counts = new Map();
  for (const name of tags.flatMap((tag) => index[tag])) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const [name, uses] of counts) if (uses > tags.length / 2) common.push(name);
  const known = new Set(common);
  for (const tag of tags) index[tag] = sorted(index[tag].filter((name) => !known.has(name)));
  index["*"] = sorted(common);
  return index;
}

const withPrefix = (name) => name.replace(/^(xlink|xml)_/, "$1:");
const isSvgAttribute = (name) => /^[a-zA-Z:-]+$/.test(name) && name !== "svgView";

/** The same for MathML. */
export function mathIndex() {
  const { elements, global_attributes: globals } = compat.mathml;
  const core = (features) => featuresOf(features).filter(isOnTrack(features));
  const index = { "*": core(globals).filter((name) => isAttribute(name)) };
  for (const [tag, feature] of Object.entries(elements)) {
    if (!isStandard(feature)) continue;
    index[tag] = sorted(core(feature).filter((name) => isAttribute(name) && !isDeprecated(feature[name])));
    if (tag === "math") index[tag].push("xmlns");
    if (tag === "annotation" || tag === "annotation-xml") index[tag].push("encoding");
  }
  return index;
}

/** Every ARIA attribute: the list of 1.2, and what the DOM's interface already has of 1.3. */
export function ariaIndex() {
  const mixin = Array.from(interfaceOf("ARIAMixin").matchAll(/^ {4}aria(\w+?)(?:Elements?)?:/gm), ([, name]) => name);
  return sorted([
    ...ariaAttributes.filter((name) => name !== "role"),
    ...mixin.map((name) => `aria-${name.toLowerCase()}`),
  ]);
}

/** The event handler attributes: of all elements, of `<body>`, and of media elements. */
export function handlerIndex() {
  const names = (text) => Array.from(text.matchAll(/^ {4}(on[a-z]+):/gm), ([, name]) => name);
  return {
    "*": sorted([...names(interfaceOf("GlobalEventHandlers")), ...names(interfaceOf("Element"))]),
    body: sorted(names(interfaceOf("WindowEventHandlers"))),
    audio: sorted(names(interfaceOf("HTMLMediaElement"))),
    video: sorted([...names(interfaceOf("HTMLMediaElement")), ...names(interfaceOf("HTMLVideoElement"))]),
  };
}

function interfaceOf(name) {
  return new RegExp(`^interface ${name} [^{]*\\{\\n([\\s\\S]*?)^\\}`, "m").exec(dom)?.[1] ?? "";
}

const setOf = (name) => editor.valueSets.find((set) => set.name === name)?.values.map((value) => value.name) ?? [];
const union = (values) => values.map((value) => (value.startsWith("`") ? value : JSON.stringify(value))).join(" | ");

/** The type of an attribute's value. */
function typeOf(tag, name) {
  if (name === "class") return "ClassAttribute";
  if (name === "style") return "StyleAttribute";
  if (/^on[a-z]/.test(name)) return "HandlerAttribute";
  if (name.startsWith("aria-")) return ariaType(name);
  if (name === "role") return `Attribute<${union(sorted([...setOf("roles"), ...MORE_ROLES]))}>`;
  const values = VALUES[`${tag}.${name}`] ?? (`${tag}.${name}` in VALUES ? undefined : VALUES[name]);
  if (values !== undefined) return valuesType(values);
  const list = LISTS[`${tag}.${name}`] ?? LISTS[name];
  if (list !== undefined) return list;
  if (BOOLEAN.has(name)) return "BooleanAttribute";
  if (OPEN.has(`${tag}.${name}`) || OPEN.has(name)) return "Attribute<boolean | string>";
  if (name === "srcdoc") return "HtmlValue"; // a document of its own, written with the same care
  if (NUMBER.has(`${tag}.${name}`) || NUMBER.has(name)) return "NumberAttribute";
  return URLS.has(name) ? "UrlAttribute" : "TextAttribute";
}

/** A list of words; one that starts with `=` names a list of the editor data, `boolean` is the type. */
function valuesType(text) {
  const words = text
    .split(" ")
    .flatMap((word) => (word.startsWith("=") ? setOf(word.slice(1)) : word === "''" ? [""] : [word]));
  const values = sorted(words.filter((word) => word !== "boolean" && word !== "datetime"));
  return `Attribute<${words.includes("boolean") ? "boolean | " : ""}${union(values)}>`;
}

function ariaType(name) {
  if (
    /(?:colcount|colindex|colspan|level|posinset|rowcount|rowindex|rowspan|setsize|valuemax|valuemin|valuenow)$/.test(
      name,
    )
  )
    return "NumberAttribute";
  const known = editor.globalAttributes.find((attribute) => attribute.name === name)?.valueSet;
  if (known === undefined) return "TextAttribute";
  const values = setOf(known);
  // A list of two, as in "additions text".
  const changes = ["additions", "removals", "text"];
  const pairs = changes.flatMap((one) => changes.filter((other) => other !== one).map((other) => `${one} ${other}`));
  const isTruth = values.includes("true") && values.includes("false");
  const words = sorted(name === "aria-relevant" ? [...values, ...pairs] : values);
  return `Attribute<${isTruth ? "boolean | " : ""}${union(words)}>`;
}

const members = (tag, names) =>
  names.map((name) => `  readonly ${JSON.stringify(name)}?: ${typeOf(tag, name)};`).join("\n");

function interfaceText(name, doc, base, names) {
  return `/**\n * ${doc}\n * @public\n */\nexport interface ${name}${base === "" ? "" : ` extends ${base}`} {\n${names}\n}\n`;
}

function tableText(name, doc, base, index) {
  const rows = Object.keys(index)
    .filter((tag) => tag !== "*")
    .sort()
    .map((tag) => {
      const own = index[tag];
      const all = typeof base === "string" ? base : base(tag);
      return `  readonly ${JSON.stringify(tag)}: ${all}${own.length === 0 ? "" : ` & {\n${members(tag, own)}\n}`};`;
    });
  return interfaceText(name, doc, "", rows.join("\n"));
}

const HEAD = "// Generated by .ci/elements.mjs from published data. Change the program, not this file.\n";
const VALUE_TYPES =
  "Attribute AutofillAttribute BooleanAttribute ClassAttribute HandlerAttribute NumberAttribute OpenAttribute SandboxAttribute StyleAttribute " +
  "TextAttribute TokenList UrlAttribute";
/** Imports what the text mentions. */
const withImports = (text) => {
  const used = VALUE_TYPES.split(" ").filter((type) => new RegExp(`\\b${type}\\b`).test(text));
  const html = /\bHtmlValue\b/.test(text) ? `import type { HtmlValue } from "../types.ts";\n` : "";
  return { html, values: `import type { ${used.join(", ")} } from "./values.ts";\n\n${text}` };
};

/** Path to text, before formatting. */
function filesOf() {
  const html = htmlIndex();
  const svg = svgIndex();
  const math = mathIndex();
  const handlers = handlerIndex();
  for (const [tag, names] of Object.entries(handlers)) if (tag !== "*") html[tag] = sorted([...html[tag], ...names]);
  const shared = (tag) => sorted([...(svg[tag] ?? []), ...(math[tag] ?? [])]);
  for (const tag of SHARED)
    html[tag] = sorted([...html[tag], ...shared(tag)]).filter(
      (name) => !html["*"].includes(name) && !isDeprecated(compat.html.elements[tag][name]),
    );
  const foreign = (index) => Object.fromEntries(Object.entries(index).filter(([tag]) => !SHARED.has(tag)));
  const globals = new Set(html["*"]);
  const tags = [html, foreign(svg), foreign(math)].flatMap((index) => Object.keys(index)).filter((tag) => tag !== "*");

  const global = [
    interfaceText("AriaAttributes", "Every ARIA attribute, and `role`.", "", members("*", ["role", ...ariaIndex()])),
    interfaceText("HandlerAttributes", "The event handlers of all elements.", "", members("*", handlers["*"])),
    interfaceText(
      "GlobalAttributes",
      "The attributes of all elements.",
      "AriaAttributes, BusAttributes, HandlerAttributes",
      ["data-", "hx-"]
        .map((prefix) => `  readonly [name: \`${prefix}\${string}\`]: OpenAttribute;`)
        .concat(members("*", html["*"]))
        .join("\n"),
    ),
  ];
  const htmlText = [
    tableText(
      "HtmlElementAttributes",
      "The attributes of each HTML element, by tag name.",
      (tag) => (tag === "a" ? "SvgAttributes" : "GlobalAttributes"),
      html,
    ),
  ];
  const svgText = [
    interfaceText(
      "SvgAttributes",
      "The attributes of all SVG elements.",
      "GlobalAttributes",
      members(
        "svg *",
        svg["*"].filter((name) => !globals.has(name)),
      ),
    ),
    tableText(
      "SvgElementAttributes",
      "The attributes of each SVG element, by tag name.",
      "SvgAttributes",
      foreign(svg),
    ),
  ];
  const mathText = [
    interfaceText(
      "MathAttributes",
      "The attributes of all MathML elements.",
      "GlobalAttributes",
      members(
        "math *",
        math["*"].filter((name) => !globals.has(name)),
      ),
    ),
    tableText(
      "MathElementAttributes",
      "The attributes of each MathML element, by tag name.",
      "MathAttributes",
      foreign(math),
    ),
  ];
  const globalImport = `import type { GlobalAttributes } from "./attributes-global.ts";\n`;
  const svgImport = `import type { SvgAttributes } from "./attributes-svg.ts";\n`;
  const fileOf = (imports, texts) => {
    const { html: first, values } = withImports(texts.join("\n"));
    return `${HEAD}${first}${imports}${values}`;
  };
  return {
    "attributes-global.ts": fileOf(`import type { BusAttributes } from "./attributes-bus.ts";\n`, global),
    "attributes-html.ts": fileOf(globalImport + svgImport, htmlText),
    "attributes-svg.ts": fileOf(globalImport, svgText),
    "attributes-mathml.ts": fileOf(globalImport, mathText),
    "tags.ts": `${HEAD}/** Every element of HTML, SVG and MathML. */\nexport const TAGS: readonly string[] =\n  /* @__PURE__ */ (${wrap(sorted(tags))}).split(" ");\n`,
  };
}

/** Words as a sum of short strings. */
function wrap(words) {
  const lines = [];
  let line = "";
  for (const word of words) {
    if (line.length + word.length > 110) {
      lines.push(line);
      line = "";
    }
    line += `${word} `;
  }
  lines.push(line.trimEnd());
  return lines.map((text) => JSON.stringify(text)).join(" +\n");
}

function format(path, text) {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const result = spawnSync(process.execPath, [biome, "format", `--stdin-file-path=${path}`], {
    cwd: root,
    input: text,
    encoding: "utf8",
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes("--check");
  for (const [name, text] of Object.entries(filesOf())) {
    const path = join("lib/html/elements", name);
    const wanted = format(path, text);
    if (!check) writeFileSync(join(root, path), wanted);
    else if (readFileSync(join(root, path), "utf8") !== wanted) {
      console.error(`${path} is not what node .ci/elements.mjs writes`);
      process.exitCode = 1;
    }
  }
}
