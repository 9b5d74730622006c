import { each, type Html, html, when } from "../../html/index.ts";
import { schemaView } from "./page-schema.ts";
import type {
  JsonSchema,
  OpenApiContent,
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiReply,
} from "./types.ts";

/** Where the page finds what belongs to it, relative to itself. */
export interface PageLinks {
  readonly document: string;
  readonly style: string;
}

/** An operation with its place. */
interface Listed {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenApiOperation;
}

/** An OpenAPI document as a page: no script, no inline style, everything reachable by keyboard. */
export function documentPage(document: OpenApiDocument, links: PageLinks): Html {
  const { info, components } = document;
  const groups = groupsOf(document);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} ${info.version}</title>
<link rel="stylesheet" href=${links.style}>
</head>
<body>
<header>
<h1>${info.title} <small>${info.version}</small></h1>
${when(info.summary !== undefined, () => html`<p>${info.summary}</p>`)}${paragraphs(info.description)}
${(document.servers ?? []).map(({ url, description }) => html`<p>Server: <code>${url}</code> ${description ?? ""}</p>`)}
<p><a href=${links.document}>OpenAPI document</a></p>
</header>
<nav aria-label="Operations">${groups.map((group) => navGroup(group))}</nav>
<main>
${groups.map((group, i) => section(group, i, document))}
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>
${each(
  Object.entries(components.schemas),
  ([name]) => name,
  ([name, schema]) =>
    html`<details class="schema" id=${`schema-${name}`}><summary><code>${name}</code></summary>${schemaView(schema, components.schemas, [name])}</details>`,
)}
</section>
</main>
</body>
</html>
`;
}

interface Group {
  readonly name: string;
  readonly description: string | undefined;
  readonly list: readonly Listed[];
}

/** Operations by tag: tags with words first, in their order, then the others by name, then what has none. */
function groupsOf({ paths, tags = [] }: OpenApiDocument): Group[] {
  const groups = new Map<string, Listed[]>(tags.map(({ name }) => [name, []]));
  const untagged: Listed[] = [];
  const others: [string, Listed][] = [];
  for (const [path, operations] of Object.entries(paths)) {
    for (const [key, operation] of Object.entries(operations)) {
      const listed: Listed = { method: key.replace(/^x-/, "").toUpperCase(), path, operation };
      for (const tag of operation.tags ?? []) {
        const group = groups.get(tag);
        if (group === undefined) others.push([tag, listed]);
        else group.push(listed);
      }
      if ((operation.tags ?? []).length === 0) untagged.push(listed);
    }
  }
  for (const [tag, listed] of others.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    groups.set(tag, [...(groups.get(tag) ?? []), listed]);
  const named = [...groups].filter(([, list]) => list.length > 0);
  const all =
    untagged.length === 0 ? named : [...named, [named.length === 0 ? "Operations" : "Other", untagged] as const];
  return all.map(([name, list]) => ({ name, list, description: tags.find((tag) => tag.name === name)?.description }));
}

function navGroup({ name, list }: Group): Html {
  return html`<h2>${name}</h2><ul>${list.map(
    ({ method, path, operation }) =>
      html`<li><a href=${`#${anchorOf(name, operation)}`}><span class="method">${method}</span> <code>${path}</code></a></li>`,
  )}</ul>`;
}

function section(group: Group, index: number, document: OpenApiDocument): Html {
  const { name, description, list } = group;
  return html`<section aria-labelledby=${`group-${index}`}><h2 id=${`group-${index}`}>${name}</h2>${paragraphs(description)}
${list.map((listed) => operationView(listed, anchorOf(name, listed.operation), document))}</section>`;
}

/** With its group's name, since an operation of two tags stands on the page twice. */
function anchorOf(group: string, { operationId }: OpenApiOperation): string {
  return `${encodeURIComponent(group)}.${encodeURIComponent(operationId)}`;
}

function operationView({ method, path, operation }: Listed, id: string, document: OpenApiDocument): Html {
  const { summary, parameters = [], requestBody, responses } = operation;
  const { schemas } = document.components;
  return html`<details class="operation" id=${id}>
<summary><span class="method">${method}</span> <code>${path}</code> ${summary ?? ""}${when(operation.deprecated === true, () => html` <strong class="old">deprecated</strong>`)}</summary>
${paragraphs(operation.description)}${securityView(operation.security ?? document.security)}
${when(parameters.length > 0, () => parameterTable(parameters, schemas))}
${when(requestBody !== undefined, () => html`<h3>Body</h3>${contentView(requestBody?.content, schemas)}`)}
<h3>Responses</h3>
<dl>${each(
    Object.entries(responses),
    ([status]) => status,
    ([status, reply]) => responseView(status, reply, document),
  )}</dl>
${(operation["x-alternatives"] ?? []).map((other) =>
  operationView(
    { method, path: other["x-pattern"], operation: other },
    `${id}.${encodeURIComponent(other.operationId)}`,
    document,
  ),
)}
</details>`;
}

function securityView(security: OpenApiOperation["security"]): Html | undefined {
  const names = (security ?? []).map((requirement) => Object.keys(requirement).join(" and ") || "nothing");
  return names.length === 0 ? undefined : html`<p>Needs ${names.join(", or ")}.</p>`;
}

function parameterTable(parameters: readonly OpenApiParameter[], schemas: Readonly<Record<string, JsonSchema>>): Html {
  return html`<table><caption>Parameters</caption>
<thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">What</th></tr></thead>
<tbody>${each(
    parameters,
    (parameter) => `${parameter.in} ${parameter.name}`,
    (parameter) =>
      html`<tr><th scope="row"><code>${parameter.name}</code>${when(parameter.required === true, () => html` <span class="needed">required</span>`)}</th><td>${parameter.in}</td><td>${
        parameter.schema["description"] === parameter.description ? undefined : paragraphs(parameter.description)
      }${schemaView(parameter.schema, schemas)}</td></tr>`,
  )}</tbody></table>`;
}

function responseView(status: string, reply: OpenApiReply, { components }: OpenApiDocument): Html {
  const named = "$ref" in reply ? components.responses[reply.$ref.replace("#/components/responses/", "")] : reply;
  if (named === undefined || "$ref" in named) return html`<dt>${status}</dt><dd></dd>`;
  return html`<dt>${status}</dt><dd><p>${named.description}</p>${contentView(named.content, components.schemas)}</dd>`;
}

function contentView(content: OpenApiContent | undefined, schemas: Readonly<Record<string, JsonSchema>>): Html {
  return html`${Object.entries(content ?? {}).map(
    ([type, { schema }]) => html`<div class="content"><code>${type}</code> ${schemaView(schema, schemas)}</div>`,
  )}`;
}

/** Text as it was written, a blank line between paragraphs. */
function paragraphs(text: string | undefined): Html | undefined {
  if (text === undefined) return undefined;
  return html`${text.split(/\n\s*\n/).map((part) => html`<p>${part}</p>`)}`;
}
