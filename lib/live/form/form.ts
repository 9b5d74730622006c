import type { MaybePromise, SchemaIssue, StandardSchema, ValueOf } from "../../app/index.ts";
import { type Signal, signal } from "../../signals/index.ts";
import type { WireMap } from "../../wire/index.ts";
import { RenderedField } from "./field.ts";
import { type FieldCaps, type FieldKind, kindOfInitial, readField } from "./read.ts";
import type {
  FieldName,
  Form,
  FormField,
  FormOptions,
  InitialValues,
  InputOf,
  Invalidated,
  Submitted,
} from "./types.ts";

/** A schema may find any number of faults in what a stranger sends. */
const MAX_ERRORS = 10;
const SECRET = /password|passphrase|secret/i;

/**
 * Makes a form of a session: keep it in the state that `mount` makes.
 * @param schema - Any Standard Schema of an object; it checks all fields at once.
 * @remarks Fields are those of `initial`; other names a browser sends are not looked at. Issues inside a list belong to the list's field.
 * @example
 * ```ts
 * defineView({
 *   mount: () => ({ signup: form(schema, { initial: { email: "", password: "" } }) }),
 *   on: {
 *     check: (state, event) => state.signup.change(event),
 *     async save(state, event, ctx) {
 *       const sent = await state.signup.submit(event, ctx);
 *       if (sent.isValid) await users.add(sent.value);
 *     },
 *   },
 *   render({ signup }, bind) {
 *     const email = signup.field("email");
 *     return html`<form ${bind.save("submit")} ${bind.check("change")}>
 *       <label ${email.label()}>Email</label><input ${email.input({ type: "email" })}>${email.message()}
 *       <input ${signup.field("password").input({ type: "password" })}><button>Sign up</button></form>`;
 *   },
 * });
 * ```
 * @public
 */
export function form<Schema extends StandardSchema>(schema: Schema, options: FormOptions<Schema>): Form<Schema> {
  const made = new SessionForm(schema, options);
  // A plain object around a signal: what sessions are packed by knows how to keep it, and what else it is follows from the code.
  return {
    kept: made.now,
    get values() {
      return made.values;
    },
    get errors() {
      return made.errors;
    },
    get isValid() {
      return made.isValid;
    },
    get isSubmitted() {
      return made.isSubmitted;
    },
    field: (name) => made.field(name),
    change: (event) => made.change(event),
    submit: (event, context) => made.submit(event, context),
    fail: (name, message, context) => made.fail(name, message, context),
    reset: (values) => made.reset(values),
  };
}

/** What a form is at one moment. */
interface Moment {
  readonly values: ReadonlyMap<string, unknown>;
  /** By field; "" is the form itself. */
  readonly errors: ReadonlyMap<string, readonly string[]>;
  readonly touched: ReadonlySet<string>;
  readonly isSubmitted: boolean;
}

/** What was read of an event. */
interface Reading {
  /** For the schema: everything, secrets too. */
  readonly input: Readonly<Record<string, unknown>>;
  /** To be kept. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly errors: ReadonlyMap<string, readonly string[]>;
}

class SessionForm<Schema extends StandardSchema> implements Omit<Form<Schema>, "kept"> {
  readonly now: Signal<Moment>;
  private readonly schema: StandardSchema;
  private readonly kinds: ReadonlyMap<string, FieldKind>;
  private readonly initial: ReadonlyMap<string, unknown>;
  private readonly secrets: ReadonlySet<string>;
  private readonly caps: FieldCaps;
  private readonly id: string;
  /** Counts checks: an answer that a later one has overtaken is not shown. */
  private checks = 0;

  constructor(schema: Schema, options: FormOptions<Schema>) {
    const { initial, maxLength = 65_536, maxValues = 200, id = "form", secrets } = options;
    this.schema = schema;
    this.initial = new Map(Object.entries(initial));
    this.kinds = new Map([...this.initial].map(([name, value]) => [name, kindOfInitial(value)]));
    this.secrets = new Set(secrets ?? [...this.initial.keys()].filter((name) => SECRET.test(name)));
    this.caps = { maxLength, maxValues };
    this.id = id;
    this.now = signal(this.begin(this.initial));
  }

  get values(): Readonly<Partial<InputOf<Schema>>> {
    const values: Record<string, unknown> = Object.create(null);
    for (const [name, value] of this.now.get().values) values[name] = value;
    return values as Partial<InputOf<Schema>>; // cast: as far as what a stranger sent has that type; the schema's word is `submit`'s value
  }

  get errors(): readonly string[] {
    return this.now.get().errors.get("") ?? [];
  }

  get isValid(): boolean {
    return this.now.get().errors.size === 0;
  }

  get isSubmitted(): boolean {
    return this.now.get().isSubmitted;
  }

  field<Name extends FieldName<Schema>>(name: Name): FormField<InputOf<Schema>[Name]> {
    const { values, errors, touched } = this.now.get();
    const isTouched = touched.has(name);
    const shown = isTouched ? (errors.get(name) ?? []) : [];
    return new RenderedField(name, `${this.id}-${name}`, values.get(name), isTouched, shown);
  }

  change(event: WireMap): MaybePromise<void> {
    const done = this.check(event, false);
    return done instanceof Promise ? done.then(() => {}) : undefined;
  }

  submit(event: WireMap, context: Invalidated): MaybePromise<Submitted<ValueOf<Schema, never>>> {
    const answer = (result: Submitted<unknown>): Submitted<ValueOf<Schema, never>> => {
      if (!result.isValid) context.invalid();
      return result as Submitted<ValueOf<Schema, never>>; // cast: the schema's own value
    };
    const done = this.check(event, true);
    return done instanceof Promise ? done.then(answer) : answer(done);
  }

  fail(name: FieldName<Schema> | "", message: string, context?: Invalidated): void {
    const before = this.now.peek();
    const errors = new Map(before.errors).set(name, [...(before.errors.get(name) ?? []), message].slice(-MAX_ERRORS));
    this.now.set({ ...before, errors, touched: new Set(before.touched).add(name) });
    context?.invalid();
  }

  reset(values: Partial<InitialValues<Schema>> = {}): void {
    this.checks++;
    const known = Object.entries(values).filter(([name]) => this.kinds.has(name));
    this.now.set(this.begin(new Map([...this.initial, ...known])));
  }

  private begin(all: ReadonlyMap<string, unknown>): Moment {
    const kept = [...all].filter(([name]) => !this.secrets.has(name));
    const values = new Map(kept.map(([name, value]) => [name, Number.isNaN(value) ? undefined : value]));
    return { values, errors: new Map(), touched: new Set(), isSubmitted: false };
  }

  private check(event: WireMap, isSubmit: boolean): MaybePromise<Submitted<unknown>> {
    const mine = ++this.checks;
    const reading = this.read(event);
    const before = this.now.peek();
    const touched = isSubmit ? new Set(this.kinds.keys()) : this.touchedBy(reading, before);
    const isSubmitted = isSubmit || before.isSubmitted;
    // What was sent is there at once, also where the check takes its time.
    this.now.set({ values: reading.values, errors: before.errors, touched, isSubmitted });
    const settle = (result: Awaited<ReturnType<StandardSchema["~standard"]["validate"]>>): Submitted<unknown> => {
      const errors = new Map([...errorsOf(result.issues ?? [], this.kinds), ...reading.errors]);
      if (mine === this.checks) this.now.update((now) => ({ ...now, errors }));
      return result.issues === undefined && errors.size === 0
        ? { isValid: true, value: result.value }
        : { isValid: false };
    };
    const result = this.schema["~standard"].validate(reading.input);
    return result instanceof Promise ? result.then(settle) : settle(result);
  }

  /** Of what a browser sent, the fields of the form. */
  private read(event: WireMap): Reading {
    const input: Record<string, unknown> = {};
    const values = new Map<string, unknown>();
    const errors = new Map<string, readonly string[]>();
    for (const [name, kind] of this.kinds) {
      const { value, error } = readField(event, name, kind, this.caps);
      if (error !== undefined) errors.set(name, [error]);
      // A plain object, as schemas expect one; defined, so that no name can be its prototype. Fields left empty are there, without a value: that
      // is what the messages of a schema are about.
      Object.defineProperty(input, name, { value, enumerable: true, writable: true, configurable: true });
      if (!this.secrets.has(name)) values.set(name, value);
    }
    return { input, values, errors };
  }

  /** Fields whose value is another one than before. */
  private touchedBy({ values, input }: Reading, before: Moment): ReadonlySet<string> {
    const touched = new Set(before.touched);
    for (const name of this.kinds.keys()) {
      const isNew = this.secrets.has(name)
        ? (input[name] ?? "") !== ""
        : !same(values.get(name), before.values.get(name));
      if (isNew) touched.add(name);
    }
    return touched;
  }
}

function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => item === b[at]);
  return Object.is(a ?? "", b ?? "");
}

function errorsOf(
  issues: readonly SchemaIssue[],
  kinds: ReadonlyMap<string, FieldKind>,
): Map<string, readonly string[]> {
  const errors = new Map<string, string[]>();
  for (const { message, path } of issues) {
    const first = path?.[0];
    const key = String(typeof first === "object" && first !== null ? first.key : (first ?? ""));
    const name = kinds.has(key) ? key : "";
    const list = errors.get(name) ?? [];
    if (list.length < MAX_ERRORS && !list.includes(message)) list.push(message);
    errors.set(name, list);
  }
  return errors;
}
