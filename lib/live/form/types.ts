import type { MaybePromise, StandardSchema, ValueOf } from "../../app/index.ts";
import type { HtmlValue, Spread, SpreadValue } from "../../html/index.ts";
import type { ReadableSignal } from "../../signals/index.ts";
import type { WireMap } from "../../wire/index.ts";

/** What a schema takes. @public */
export type InputOf<Schema> = Schema extends StandardSchema
  ? NonNullable<Schema["~standard"]["types"]>["input"]
  : Record<string, unknown>;

/** Names of the fields of a form. @public */
export type FieldName<Schema> = keyof InputOf<Schema> & string;

/** What one choice of a field may be: an item of a list, else the value. @public */
export type ChoiceOf<Value> = NonNullable<Value> extends readonly (infer Item)[] ? Item : NonNullable<Value>;

/**
 * Values a form starts with: one for each field, and no others are read. Their type says how a field is read: a number (`NaN` for none yet) from its text, a
 * boolean from whether it is sent, a list from all values of the name, anything else as text.
 * @public
 */
export type InitialValues<Schema> = {
  readonly [Name in FieldName<Schema>]-?: InputOf<Schema>[Name] | "" | undefined;
};

/** Options of {@link form}. @public */
export interface FormOptions<Schema> {
  readonly initial: InitialValues<Schema>;
  /** Fields that are checked and never kept. @defaultValue those whose name contains "password", "passphrase" or "secret" */
  readonly secrets?: readonly FieldName<Schema>[];
  /** Of one field, in UTF-16 units; a longer one is an error of its field. @defaultValue 65_536 */
  readonly maxLength?: number;
  /** Values of one list; more are an error of their field. @defaultValue 200 */
  readonly maxValues?: number;
  /** Begins the ids of the form's fields: another for each form of a page. @defaultValue "form" */
  readonly id?: string;
}

/** What a submit came to. @public */
export type Submitted<Value> = { readonly isValid: true; readonly value: Value } | { readonly isValid: false };

/** What of an event's context a submit needs. @public */
export interface Invalidated {
  invalid(): void;
}

/** One field, for `render`. @public */
export interface FormField<Value> {
  readonly name: string;
  /** Of its control. */
  readonly id: string;
  /** As text, for a control; "" for none, and for secrets. */
  readonly value: string;
  /** All values, for a list. */
  readonly values: readonly string[];
  /** Changed since the form began, or submitted. */
  readonly isTouched: boolean;
  /** What is wrong with it, as far as it is to be shown: only once it was touched. At most 10. */
  readonly errors: readonly string[];
  /** Attributes of an `<input>`: id, name, value, `aria-invalid`, `aria-describedby`. One of type "password" or "file" has no value. */
  input(attributes?: Readonly<Record<string, SpreadValue>>): Spread;
  /** Attributes of a checkbox or radio button: for a list or a choice its value, for a boolean none. */
  choice(value?: ChoiceOf<Value>, attributes?: Readonly<Record<string, SpreadValue>>): Spread;
  /** Attributes of a `<select>` or `<textarea>`: as of `input`, without the value. */
  control(attributes?: Readonly<Record<string, SpreadValue>>): Spread;
  /** Attributes of an `<option>`: its value, and whether it is selected. */
  option(value: ChoiceOf<Value> | ""): Spread;
  /** Attributes of its `<label>`. */
  label(): Spread;
  /** The errors, in the `<span class="bus-error" role="alert">` that the control's `aria-describedby` names, which may stand in a paragraph; nothing without errors. */
  message(): HtmlValue;
}

/** A form of a session: values, what is wrong with them, what was touched. @public */
export interface Form<Schema extends StandardSchema> {
  /** What of it is kept when its session sleeps or moves: nobody else's affair. */
  readonly kept: ReadableSignal<unknown>;
  /** What the fields hold, secrets left out. Followed where it is read. */
  readonly values: Readonly<Partial<InputOf<Schema>>>;
  /** What is wrong with no field in particular. Followed where it is read. */
  readonly errors: readonly string[];
  /** Whether what was sent last is right. Followed where it is read. */
  readonly isValid: boolean;
  /** Whether it was submitted since it began. Followed where it is read. */
  readonly isSubmitted: boolean;
  /** A field, as it stands now. Followed where it is read. */
  field<Name extends FieldName<Schema>>(name: Name): FormField<InputOf<Schema>[Name]>;
  /**
   * Takes what the form holds and checks it: for "input" and "change" events bound to the `<form>`. Sync when the schema is.
   * @param event - The event as it came, without a schema of its own.
   */
  change(event: WireMap): MaybePromise<void>;
  /** As `change`, with all fields touched. What is not valid is answered with 422 where the page has no JavaScript. */
  submit(event: WireMap, context: Invalidated): MaybePromise<Submitted<ValueOf<Schema, never>>>;
  /** Says that a field is wrong in a way only the server knows: until it is checked again. With `context`, as an invalid submit. */
  fail(name: FieldName<Schema> | "", message: string, context?: Invalidated): void;
  /** Begins anew, with other values where some are given. */
  reset(values?: Partial<InitialValues<Schema>>): void;
}
