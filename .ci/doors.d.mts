export declare const doors: Readonly<Record<string, string>>;
export declare const bundles: Readonly<
  Record<string, { readonly entry: string; readonly format: "iife" | "es"; readonly name?: string }>
>;
export declare function outputOf(source: string): string;

/** Browser modules that import each other: their names and entries, and the parts they load on demand. */
export declare const modules: Readonly<Record<string, string>>;
export declare const moduleParts: readonly string[];
