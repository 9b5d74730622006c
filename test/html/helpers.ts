import type { CodedError } from "../../lib/errors/index.ts";
import { type Html, type HtmlValue, html, renderToString } from "../../lib/html/index.ts";

/** A template whose statics are data: what `html` gets when the compiler reads a literal. */
export function templateOf(statics: readonly string[], values: readonly unknown[]): Html {
  const strings = Object.freeze(Object.assign(statics.slice(), { raw: statics }));
  return html(strings, ...(values as HtmlValue[])); // cast: tests also pass what does not compile
}

export function render(statics: readonly string[], ...values: readonly unknown[]): string {
  return renderToString(templateOf(statics, values), { report: false });
}

/** The error that `run` throws. */
export function errorOf(run: () => unknown): CodedError {
  try {
    run();
  } catch (error) {
    return error as CodedError; // cast: the test looks at its code
  }
  throw new Error("nothing was thrown");
}

/** A promise, and what settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
