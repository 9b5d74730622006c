import type { GoType } from "./ast.ts";

/** A piece of code: its text, how tightly it binds, and its Go type where that is known. */
export interface Code {
  readonly text: string;
  /** 20: stands alone; 15: unary; 13 to 4: binary; 3: conditional; 2: arrow. */
  readonly level: number;
  readonly type?: GoType | undefined;
  /** It has no value. */
  readonly isVoid?: boolean;
  /** A pointer that is never nil. */
  readonly isPresent?: boolean;
  /** It throws: a placeholder. */
  readonly isGap?: boolean;
  /** Types of the parts of a result that has several. */
  readonly tuple?: readonly GoType[];
}

/** Code that stands alone. */
export const atom = (text: string, type?: GoType): Code => ({ text, level: 20, type });

/** Puts parentheses around what binds less tightly. */
export const tight = (code: Code | undefined, level = 20): string => {
  if (code === undefined) return "";
  return code.level < level ? `(${code.text})` : code.text;
};
