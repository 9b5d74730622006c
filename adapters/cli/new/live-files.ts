/** A file to be written. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** View, route, layout and test of a live view. @param name - Lower-case words joined by hyphens. */
export function liveFiles(name: string): readonly NewFile[] {
  const type = typeName(name);
  const variable = type.charAt(0).toLowerCase() + type.slice(1);
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");
  return [
    { path: `${name}.view.ts`, text: viewText(variable, title) },
    { path: `${name}.route.ts`, text: routeText(name, type, variable) },
    { path: `${name}.layout.ts`, text: layoutText(variable, title) },
    { path: `${name}.test.ts`, text: testText(name, variable, title) },
  ];
}

/** "to-do-list" as ToDoList. */
export function typeName(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function viewText(variable: string, title: string): string {
  return `import { each, html } from "busbar/html";
import { defineView } from "busbar/live";
import { keyedMap } from "busbar/signals/collections";

interface Item {
  readonly id: number;
  readonly text: string;
}

const MAX_TEXT = 200;

/** A list that each visitor has for themselves. State made outside of \`mount\` would be everybody's. */
export const ${variable}View = defineView({
  mount() {
    return { items: keyedMap<number, Item>(), nextId: 1 };
  },
  on: {
    add(state, event) {
      const text = String(event["text"] ?? "").trim().slice(0, MAX_TEXT);
      if (text === "") return;
      const id = state.nextId++;
      state.items.set(id, { id, text });
    },
    remove(state, event) {
      state.items.delete(Number(event["id"]));
    },
  },
  render: (state, bind) => html\`
    <h1>${title}</h1>
    <form id="add" \${bind.add("submit")}><label for="text">Text</label> <input id="text" name="text" required maxlength="\${MAX_TEXT}"> <button>Add</button></form>
    <form method="post"><ul>\${each(
      state.items,
      (item) => html\`<li>\${item.text} <button \${bind.remove("click", { id: item.id })}>Remove</button></li>\`,
    )}</ul></form>\`,
});
`;
}

function routeText(name: string, type: string, variable: string): string {
  return `import type { App } from "busbar/app";
import { type LiveRoute, liveRoute } from "busbar/live";
import type { ClientScripts } from "busbar/node";
import { ${variable}Layout } from "./${name}.layout.ts";
import { ${variable}View } from "./${name}.view.ts";

/**
 * Serves the view at /${name}.
 * @param scripts - What \`clientScripts()\` of busbar/node gives, mounted on the app.
 */
export function add${type}(app: App, scripts: ClientScripts): LiveRoute {
  return liveRoute(app, "/${name}", ${variable}View, { layout: (content) => ${variable}Layout(content, scripts.tag("busbar-live")) });
}
`;
}

function layoutText(variable: string, title: string): string {
  return `import { type Html, html } from "busbar/html";

/** The page around the view. @param script - The tag of the client script; without it the page works too, by forms. */
export function ${variable}Layout(content: Html, script: Html): Html {
  return html\`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>\${script}</head>
<body><main>\${content}</main></body>
</html>\`;
}
`;
}

function testText(name: string, variable: string, title: string): string {
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { html } from "busbar/html";
import { mountView } from "busbar/live/testing";
import { ${variable}Layout } from "./${name}.layout.ts";
import { ${variable}View } from "./${name}.view.ts";

const route = { layout: (content: Parameters<typeof ${variable}Layout>[0]) => ${variable}Layout(content, html\`\`) };

for (const javascript of [true, false]) {
  test(\`items come and go \${javascript ? "with" : "without"} JavaScript\`, async () => {
    const page = await mountView(${variable}View, { javascript, route });
    assert.equal(page.title, "${title}");
    await page.submit("#add", { text: "First" });
    await page.submit("#add", { text: "Second" });
    assert.deepEqual(page.texts("li"), ["First Remove", "Second Remove"]);
    await page.click(page.get("li", "First").get("button", "Remove"));
    assert.deepEqual(page.texts("li"), ["Second Remove"]);
    await page.close();
  });
}

test("an empty text adds nothing", async () => {
  const page = await mountView(${variable}View, { route });
  await page.submit("#add", { text: "  " });
  assert.deepEqual(page.texts("li"), []);
  await page.close();
});
`;
}
