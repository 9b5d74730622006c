import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, test } from "vitest";
import { moduleParts } from "../../.ci/doors.mjs";
import { type ClientScriptPart, clientScripts, nodePlatform } from "../../adapters/node/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { renderToString } from "../../lib/html/index.ts";
import { ask, header } from "../app/requests.ts";

const names = [
  ...([
    "busbar",
    "busbar-live",
    "busbar-live-back",
    "busbar-live-form",
    "busbar-live-more",
    "busbar-live-nav",
    "busbar-live-net",
    "busbar-sync",
    "busbar-sync-more",
  ] as const),
] as const;
const parts = moduleParts as readonly ClientScriptPart[]; // cast: the table of the build has no types
const folder = mkdtempSync(join(tmpdir(), "busbar-scripts-"));
const directory = pathToFileURL(`${folder}/`);
for (const name of [...names, ...parts]) {
  const imported = name === "busbar-sync" ? parts : ["busbar-sync"];
  const text = imported.map((part) => `import("./${part}.min.js");`).join("");
  writeFileSync(join(folder, `${name}.min.js`), `console.log("${name}");${text}`);
}
afterAll(() => rmSync(folder, { recursive: true }));

describe("client scripts", () => {
  test.each(names)("serves %s for ever under an address that names its content", async (name) => {
    const app = createApp();
    const scripts = clientScripts({ base: "/assets/", directory });
    scripts.mount(app);
    const url = scripts.url(name);
    assert.match(url, new RegExp(`^/assets/${name}-[0-9a-f]{16}\\.min\\.js$`));
    const reply = await ask(app, "GET", url);
    assert.equal(reply?.status, 200);
    assert.equal(header(reply, "cache-control"), "public, max-age=31536000, immutable");
    assert.equal(header(reply, "content-type"), "text/javascript; charset=utf-8");
    const integrity = `sha384-${createHash("sha384")
      .update(reply?.body as Uint8Array)
      .digest("base64")}`;
    const tag = renderToString(scripts.tag(name));
    assert.ok(tag.includes(`src="${url}"`), tag);
    assert.ok(tag.replaceAll("&#43;", "+").includes(integrity), tag);
    assert.equal(tag.includes('type="module"'), name.startsWith("busbar-sync"));
    assert.equal((await ask(app, "GET", url.replace(/[0-9a-f]{16}/, "0".repeat(16))))?.status, 404);
  });

  test("serves modules that import each other under addresses that know each other, and preloads parts", async () => {
    const app = createApp();
    const scripts = clientScripts({ base: "/assets", route: "/mounted", directory });
    scripts.mount(app);
    const textOf = async (name: "busbar-sync" | ClientScriptPart): Promise<string> => {
      const reply = await ask(app, "GET", scripts.url(name).replace("/assets", "/mounted"));
      return Buffer.from(reply?.body as Uint8Array).toString();
    };
    const file = (name: "busbar-sync" | ClientScriptPart): string => scripts.url(name).replace("/assets/", "./");
    const main = await textOf("busbar-sync");
    for (const part of parts) {
      assert.ok(main.includes(`import("${file(part)}")`), main);
      assert.ok((await textOf(part)).includes(`import("${file("busbar-sync")}")`));
      const link = renderToString(scripts.tag(part));
      assert.ok(link.startsWith(`<link rel="modulepreload" href="${scripts.url(part)}" integrity="sha384-`), link);
    }
  });

  test("says so when a bundle is missing", () => {
    const scripts = clientScripts({ directory });
    assert.throws(
      () => scripts.url("missing" as "busbar"),
      (error) => isCodedError(error) && error.code === "NODE_CLIENT_MISSING",
    );
  });
});

describe("the platform of Node", () => {
  test("signs as the published HMAC-SHA-256 vectors do", () => {
    const mac = nodePlatform.hmac(Buffer.from("Jefe"), Buffer.from("what do ya want for nothing?"));
    assert.equal(Buffer.from(mac).toString("hex"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  });

  test("gives fresh bytes and cancellable timers", async () => {
    assert.equal(nodePlatform.random(18).length, 18);
    assert.notDeepEqual(nodePlatform.random(18), nodePlatform.random(18));
    let rang = 0;
    const cancel = nodePlatform.after(1, () => {
      rang += 1;
    });
    cancel();
    cancel();
    await new Promise<void>((resolve) => nodePlatform.after(5, resolve));
    assert.equal(rang, 0);
  });
});
