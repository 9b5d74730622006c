import type { CDPSession, Page } from "playwright-core";

/** What a screen reader is told of one element. */
export interface Told {
  readonly role: string;
  readonly name: string;
  readonly description: string;
  /** `focused`, `invalid`, `modal`, `busy`, `live` and so on. */
  readonly states: Readonly<Record<string, unknown>>;
  /** The same for an element as long as it lives. */
  readonly element: number;
}

/** The page as the browser describes it to screen readers, in its order; what it leaves out is not there. */
export async function tellsOf(page: Page, session: CDPSession): Promise<Told[]> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const told: Told[] = [];
  const walk = (id: string): void => {
    const node = byId.get(id);
    if (!node) return;
    const text = (value: { readonly value?: unknown } | undefined): string => `${value?.value ?? ""}`;
    if (!node.ignored)
      told.push({
        role: text(node.role),
        name: text(node.name),
        description: text(node.description),
        states: Object.fromEntries((node.properties ?? []).map(({ name, value }) => [name, value.value])),
        element: node.backendDOMNodeId ?? 0,
      });
    for (const child of node.childIds ?? []) walk(child);
  };
  if (nodes[0]) walk(nodes[0].nodeId);
  return told;
}

/** Opens the page's tree for screen readers. */
export async function openTree(page: Page): Promise<() => Promise<Told[]>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Accessibility.enable");
  return () => tellsOf(page, session);
}
