export declare const doors: Readonly<Record<string, string>>;
export declare const bundles: Readonly<
  Record<string, { readonly entry: string; readonly format: "iife" | "es"; readonly name?: string }>
>;
export declare function outputOf(source: string): string;
