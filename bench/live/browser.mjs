// Part "browser": each patch applied at 1,000 rows in a real browser, against morphers and lists on the same moves. Rounds go through all subjects in turn.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { build } from "esbuild";
import { sourceOf } from "../client/libraries.mjs";
import { openPage } from "../client/page.mjs";
import { orderOf } from "../http/session.mjs";
import { CLIENT_SCRIPT, clientScripts, wire } from "./busbar.mjs";
import { serve } from "./join.mjs";
import { OURS, BROWSER_SUBJECTS as SUBJECTS } from "./names.mjs";
import { rowHtml } from "./page/markup.mjs";
import { PATCHES, pageOf } from "./rows.mjs";
import { variantView } from "./view.mjs";

const { EVENT, encodeLiveFrame } = wire;
const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
const WARM_UPS = 3;
const BUNDLED = {
  udomdiff: `import udomdiff from "udomdiff"; window.udomdiff = udomdiff;`,
  snabbdom: `import { h, init, toVNode } from "snabbdom"; window.snabbdom = { h, init, toVNode };`,
};

/** For each patch and subject the milliseconds of script, and of layout, round by round. */
export async function measureBrowser(browser, { rounds, rows = 1000, wants = () => true }) {
  const patches = PATCHES.filter((patch) => wants(`browser: ${patch}`));
  const session = await openSession(rows);
  const site = await startSite(rows, session);
  const pages = [];
  try {
    for (const name of SUBJECTS) pages.push(await openPage(browser, site, name, { name: "patches" }));
    const framesFor = async (subject, patch, turn) => (subject === OURS ? session.frames(patch, turn) : []);
    for (const page of pages) {
      for (const patch of patches) await page.call("assertShows", patch, 1, await framesFor(page.subject, patch, 1));
    }
    console.error(`browser: ${pages.length} subjects leave the expected page after ${patches.length} patches`);
    const results = patches.map((patch) => ({
      patch,
      subjects: SUBJECTS.map((name) => ({ name, samples: [], layouts: [], totals: [] })),
    }));
    for (let turn = -WARM_UPS; turn < rounds; turn++) {
      for (const at of orderOf(pages.length, turn + WARM_UPS)) {
        const page = pages[at];
        const list = [];
        for (const patch of patches) {
          const salt = turn + WARM_UPS + 2; // the check had 1
          list.push([patch, salt, await framesFor(page.subject, patch, salt)]);
        }
        await page.collect();
        for (const [i, { scriptMs, layoutMs }] of (await page.call("rounds", list)).entries()) {
          if (turn < 0) continue;
          const subject = results[i].subjects[at];
          subject.samples.push(scriptMs);
          subject.layouts.push(layoutMs);
          subject.totals.push(scriptMs + layoutMs);
        }
      }
    }
    return results;
  } finally {
    for (const { close } of pages) await close();
    site.stop();
    session.close();
  }
}

/** A session in this process, whose frames go to the page. */
async function openSession(rows) {
  const server = serve(variantView(rows));
  const { page, client } = await server.joinPage();
  const adopt = client.last;
  let ref = 0;
  const show = async (name, turn) => {
    const came = new Promise((done) => {
      client.onFrame = done;
    });
    client.receive(encodeLiveFrame([EVENT, ++ref, ref - 1, 0, { name, turn }]));
    return Buffer.from(await came).toString("base64");
  };
  return {
    body: page.body,
    adopt: Buffer.from(adopt).toString("base64"),
    frames: async (patch, turn) => [await show(patch, turn), await show("base", 0)],
    close: server.close,
  };
}

async function startSite(rows, session) {
  const scripts = new Map();
  const scriptOf = async (name) => {
    if (name === OURS) return clientScripts.get(CLIENT_SCRIPT);
    if (BUNDLED[name] === undefined) return sourceOf(name);
    const stdin = { contents: BUNDLED[name], resolveDir: new URL(".", import.meta.url).pathname };
    const built = await build({ stdin, bundle: true, minify: true, format: "iife", write: false, logLevel: "warning" });
    return built.outputFiles[0].text;
  };
  for (const [file, text] of clientScripts) scripts.set(`/scripts/${file}`, text);
  for (const name of SUBJECTS) scripts.set(`/scripts/${encodeURIComponent(name)}.js`, await scriptOf(name));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const subject = /^\/page\/(.*)$/.exec(pathname)?.[1];
    const [type, body] =
      subject !== undefined && !subject.endsWith(".mjs")
        ? [HTML, pageText(decodeURIComponent(subject), rows, session)]
        : [SCRIPT, scripts.get(pathname) ?? moduleText(pathname)];
    response.writeHead(body === undefined ? 404 : 200, { "content-type": type, ...ISOLATED }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    pageUrl: (subject) => `http://127.0.0.1:${server.address().port}/page/${encodeURIComponent(subject)}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function pageText(subject, rows, session) {
  const isOurs = subject === OURS;
  const data = JSON.stringify({ name: subject, rows, adopt: isOurs ? session.adopt : undefined });
  const head = `<script type="application/json" id="bench-case">${data}</script><script src="/live/page/socket.js"></script>`;
  const file = isOurs ? CLIENT_SCRIPT : `${encodeURIComponent(subject)}.js`; // ours finds the others by its name
  const script = `<script src="/scripts/${file}" defer></script>`;
  const harness = `<script type="module" src="/live/page/harness.mjs"></script>`;
  if (isOurs) return session.body.replace("</head>", `${head}${script}${harness}</head>`);
  const page = pageOf(rows);
  return `<!doctype html><html lang="en"><head><title>Bench</title>${head}${script}${harness}</head><body><div id="page"><p>${page.count}</p><table><tbody>${page.rows.map(rowHtml).join("")}</tbody></table></div></body></html>`;
}

function moduleText(path) {
  const file =
    /^\/live\/((?:page\/)?[\w-]+\.m?js)$/.exec(path)?.[1] ?? /^(\/client\/page\/[\w-]+\.mjs)$/.exec(path)?.[1];
  if (file === undefined) return undefined;
  return readFileSync(new URL(file.startsWith("/") ? `..${file}` : file, import.meta.url), "utf8");
}
