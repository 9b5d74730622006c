import { type HtmlValue, html, type Spread, type SpreadValue, spread } from "../../html/index.ts";
import { textOf } from "./read.ts";
import type { FormField } from "./types.ts";

type Attributes = Readonly<Record<string, SpreadValue>>;

/** A field as it stands in one render. */
export class RenderedField implements FormField<unknown> {
  readonly name: string;
  readonly id: string;
  readonly isTouched: boolean;
  readonly errors: readonly string[];
  private readonly held: unknown;

  constructor(name: string, id: string, held: unknown, isTouched: boolean, errors: readonly string[]) {
    this.name = name;
    this.id = id;
    this.held = held;
    this.isTouched = isTouched;
    this.errors = errors;
  }

  get value(): string {
    return Array.isArray(this.held) ? textOf(this.held[0]) : textOf(this.held);
  }

  get values(): readonly string[] {
    if (Array.isArray(this.held)) return this.held.map(textOf);
    return this.value === "" ? [] : [this.value];
  }

  input(attributes: Attributes = {}): Spread {
    const type = attributes["type"];
    const value = type === "password" || type === "file" ? {} : { value: this.value };
    return spread({ ...value, ...attributes, ...this.state() });
  }

  control(attributes: Attributes = {}): Spread {
    return spread({ ...attributes, ...this.state() });
  }

  choice(value?: unknown, attributes: Attributes = {}): Spread {
    const own =
      value === undefined
        ? { checked: this.held === true }
        : { value: textOf(value), checked: this.values.includes(textOf(value)), id: `${this.id}-${textOf(value)}` };
    return spread({ ...attributes, ...this.state(), ...own });
  }

  option(value: unknown): Spread {
    const text = textOf(value);
    return spread({ value: text, selected: this.value === text || this.values.includes(text) });
  }

  label(): Spread {
    return spread({ for: this.id });
  }

  message(): HtmlValue {
    return this.errors.length === 0
      ? null
      : html`<span id=${this.messageId} class="bus-error" role="alert">${this.errors.join(" ")}</span>`;
  }

  private get messageId(): string {
    return `${this.id}-error`;
  }

  private state(): Record<string, SpreadValue> {
    const { id, name } = this;
    const isWrong = this.errors.length > 0;
    // The same names at all times: other names would be another template, and the form's elements other elements.
    return { id, name, "aria-invalid": isWrong ? "true" : null, "aria-describedby": isWrong ? this.messageId : null };
  }
}
