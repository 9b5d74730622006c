import type ts from "typescript";

export interface ShortenedFolder {
  readonly folder: string;
  readonly names: Readonly<Record<string, string>>;
}

export const shortened: readonly ShortenedFolder[];
export function eligibleNames(part: ShortenedFolder): {
  readonly eligible: readonly string[];
  readonly taken: ReadonlySet<string>;
};
export function shorten(names: Readonly<Record<string, string>>): ts.TransformerFactory<ts.SourceFile>;
