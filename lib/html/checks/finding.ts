/**
 * What the checks of development look for: elements the parser would move, close or drop; elements the standard forbids in each
 * other although the parser lets them be; an id that stands twice; an attribute nothing reads; a frame whose `sandbox` shuts nothing in.
 * @public
 */
export type FindingKind = "nesting" | "content-model" | "duplicate-id" | "unknown-name" | "open-sandbox";

/**
 * One mistake in the markup, found while rendering in development.
 * @public
 */
export interface Finding {
  /** What it is about. */
  readonly kind: FindingKind;
  /** What happens, and what to write instead. Names the enclosing template and its hole when the mistake takes two templates. */
  readonly message: string;
  /** Where the template is written, as `file:line:column`; "" where the engine does not tell. */
  readonly origin: string;
  /** The hole of that template the mistake is in, counted from 1, when it is in the value of a hole. */
  readonly hole?: number;
}

/** The line that is printed for a finding when nobody asks for something else. */
export function describeFinding(finding: Finding): string {
  return `busbar/html: ${finding.message} (${finding.origin === "" ? "an unknown place" : finding.origin})`;
}
