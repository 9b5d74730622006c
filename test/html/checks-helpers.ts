import { type Checks, createChecks, type Finding } from "../../lib/html/checks/index.ts";
import { type Html, isHtml } from "../../lib/html/index.ts";
import { type CompiledTemplate, compiled } from "../../lib/html/program/template.ts";

/** What the checks find in a page that consists of these nodes, told as a render tells it. */
export function findingsOf(...nodes: Html[]): Finding[] {
  const findings: Finding[] = [];
  const checks = createChecks((finding) => void findings.push(finding));
  for (const node of nodes) follow(checks, node, undefined, 0);
  return findings;
}

/** Only the messages of one kind. */
export function messagesOf(kind: Finding["kind"], ...nodes: Html[]): string[] {
  return findingsOf(...nodes)
    .filter((finding) => finding.kind === kind)
    .map((finding) => finding.message);
}

/** Tells the checks of a value as the renderer does. */
export function follow(checks: Checks, value: unknown, parent: CompiledTemplate | undefined, hole: number): void {
  if (Array.isArray(value)) for (const item of value) follow(checks, item, parent, hole);
  if (typeof value === "function") follow(checks, value(), parent, hole);
  if (!isHtml(value)) return;
  checks.enter(value, parent, hole);
  const template = compiled(value.template);
  for (const [i, item] of value.values.entries())
    if (template.holes[i]?.context === "child") follow(checks, item, template, i);
  checks.leave();
}
