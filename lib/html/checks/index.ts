export { type Checks, type ChecksMark, createChecks } from "./checks.ts";
export { describeFinding, type Finding, type FindingKind } from "./finding.ts";
