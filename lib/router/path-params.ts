/**
 * The parameters of a pattern, read from its literal: `PathParams<"/users/:id/*">` is `{ id: string; "*": string }`.
 * An optional parameter is an optional property; a constraint never narrows `string`. For a pattern that is not a
 * literal it is a record of strings.
 * @public
 */
export type PathParams<Pattern extends string> = string extends Pattern
  ? Readonly<Record<string, string>>
  : Simplify<
      { readonly [Name in RequiredNames<Pattern>]: string } & { readonly [Name in OptionalNames<Pattern>]?: string }
    >;

/**
 * What `url` takes for a pattern: its parameters, as strings or numbers. The argument itself may be left out when
 * the pattern needs none.
 * @public
 */
export type UrlArguments<Pattern extends string> = string extends Pattern
  ? [params?: Readonly<Record<string, string | number>>]
  : RequiredNames<Pattern> extends never
    ? [params?: UrlParams<Pattern>]
    : [params: UrlParams<Pattern>];

/**
 * The parameters of a pattern as `url` accepts them.
 * @public
 */
export type UrlParams<Pattern extends string> = Simplify<
  { readonly [Name in RequiredNames<Pattern>]: string | number } & {
    readonly [Name in OptionalNames<Pattern>]?: string | number | undefined;
  }
>;

/**
 * Names of the parameters that every path of the pattern has.
 * @public
 */
export type RequiredNames<Pattern extends string> = Exclude<Names<Pattern>, `${string}?`>;

/**
 * Names of the parameters that a path of the pattern may lack.
 * @public
 */
export type OptionalNames<Pattern extends string> =
  Names<Pattern> extends infer Name ? (Name extends `${infer Plain}?` ? Plain : never) : never;

/**
 * One flat object type in place of an intersection, so that editors show it readably.
 * @public
 */
export type Simplify<Shape> = { [Key in keyof Shape]: Shape[Key] };

/**
 * Every parameter name of a pattern, an optional one with `?` after it. Skips from marker to marker, so that the
 * cost grows with the parameters and not with the characters.
 * @public
 */
export type Names<Pattern extends string> = Pattern extends `${infer Before}:${infer After}`
  ? Before extends `${string}*${infer Wildcard}`
    ? WildcardName<Wildcard>
    : TakeName<After>
  : Pattern extends `${string}*${infer Wildcard}`
    ? WildcardName<Wildcard>
    : never;

/**
 * The name a wildcard's value has: what follows the star, or the star itself.
 * @public
 */
export type WildcardName<Text extends string> = Text extends "" ? "*" : Text;

/**
 * Reads a name off the front of a text, then goes on behind it.
 * @public
 */
export type TakeName<Text extends string, Name extends string = ""> = Text extends `${infer Head}${infer Rest}`
  ? Head extends NameCharacter
    ? TakeName<Rest, `${Name}${Head}`>
    : Head extends "("
      ? AfterName<Name, SkipGroup<Rest>>
      : AfterName<Name, Text>
  : Name;

/**
 * A finished name and the text behind it.
 * @public
 */
export type AfterName<Name extends string, Rest extends string> = Rest extends "?" ? `${Name}?` : Name | Names<Rest>;

/**
 * The text behind the bracket that closes a constraint; brackets inside may nest, be escaped, or stand in a class.
 * @public
 */
export type SkipGroup<Text extends string, Depth extends readonly unknown[] = []> = Text extends `\\${infer Escaped}`
  ? Escaped extends `${string}${infer Rest}`
    ? SkipGroup<Rest, Depth>
    : ""
  : Text extends `${infer Head}${infer Rest}`
    ? Head extends "["
      ? SkipGroup<SkipClass<Rest>, Depth>
      : Head extends "("
        ? SkipGroup<Rest, [...Depth, unknown]>
        : Head extends ")"
          ? Depth extends readonly [unknown, ...infer Outer]
            ? SkipGroup<Rest, Outer>
            : Rest
          : SkipGroup<Rest, Depth>
    : "";

/**
 * The text behind a character class.
 * @public
 */
export type SkipClass<Text extends string> = Text extends `\\${infer Escaped}`
  ? Escaped extends `${string}${infer Rest}`
    ? SkipClass<Rest>
    : ""
  : Text extends `${infer Head}${infer Rest}`
    ? Head extends "]"
      ? Rest
      : SkipClass<Rest>
    : "";

/**
 * The characters a parameter's name is made of.
 * @public
 */
export type NameCharacter = Letter | Uppercase<Letter> | Digit | "_";

/**
 * A lower-case ASCII letter.
 * @public
 */
export type Letter =
  | ("a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m")
  | ("n" | "o" | "p" | "q" | "r" | "s" | "t" | "u" | "v" | "w" | "x" | "y" | "z");

/**
 * An ASCII digit.
 * @public
 */
export type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
