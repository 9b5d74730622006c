// Compiles the subjects that need it, before anything is measured. Packages stay outside: they run as they were published.
import { mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { transformAsync } from "@babel/core";
import { compileSync as compileMarko } from "@marko/compiler";
import { compileScript, parse } from "@vue/compiler-sfc";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const SOURCES = fileURLToPath(new URL("./sources/", import.meta.url));
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const COMMON = {
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
};

/** Compiles everything into a new folder, and names it. */
export async function prepare() {
  const folder = mkdtempSync(`${DIST}bench-html-`);
  const make = (file, options = {}) =>
    build({ ...COMMON, entryPoints: [SOURCES + file], outdir: folder, outExtension: { ".js": ".mjs" }, ...options });
  const jsx = (jsxImportSource) => ({ jsx: "automatic", jsxImportSource, jsxDev: false });
  await Promise.all([
    make("encoders.mjs"),
    make("kita.jsx", jsx("@kitajs/html")),
    make("preact.jsx", jsx("preact")),
    make("react.jsx", jsx("react")),
    make("solid.jsx", { plugins: [solid] }),
    make("vue.mjs", { plugins: [vue] }),
    make("marko.mjs", { plugins: [marko] }),
    make("kita-streams.jsx", jsx("@kitajs/html")),
    make("react-streams.jsx", jsx("react")),
    make("vue-streams.mjs", { plugins: [vue] }),
    make("marko-streams.mjs", { plugins: [marko] }),
    make("busbar-jsx.jsx", jsx("busbar/html")),
  ]);
  return folder;
}

const solid = plugin("solid", /\.jsx$/, async (code, filename) => {
  const preset = [require("babel-preset-solid"), { generate: "ssr", hydratable: false }];
  const result = await transformAsync(code, { filename, presets: [preset], babelrc: false, configFile: false });
  return result.code;
});

const vue = plugin("vue", /\.vue$/, (source, filename) => {
  const { descriptor } = parse(source, { filename, templateParseOptions: { whitespace: "preserve" } });
  const templateOptions = { ssr: true, ssrCssVars: [] };
  return compileScript(descriptor, { id: filename, inlineTemplate: true, isProd: true, templateOptions }).content;
});

const marko = plugin("marko", /\.marko$/, (source, filename) => {
  return compileMarko(source, filename, { output: "html", modules: "esm", optimize: true, sourceMaps: false }).code;
});

function plugin(name, filter, compile) {
  return {
    name,
    setup(builder) {
      builder.onLoad({ filter }, async ({ path }) => {
        return { contents: await compile(readFileSync(path, "utf8"), resolve(path)), loader: "js" };
      });
    },
  };
}
