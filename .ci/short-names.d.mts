import type ts from "typescript";

export const crdtNames: Readonly<Record<string, string>>;
export function eligibleNames(): { readonly eligible: readonly string[]; readonly taken: ReadonlySet<string> };
export function shorten(names: Readonly<Record<string, string>>): ts.TransformerFactory<ts.SourceFile>;
