import type { Kit } from "../core/index.ts";
import type { FindingCode } from "./codes.ts";

/**
 * What the development build does.
 * @public
 */
export interface DevOptions {
  /** Shows the timeline. @defaultValue true */
  readonly panel?: boolean;
  /** Whether the timeline begins unfolded. @defaultValue false */
  readonly open?: boolean;
  /** Prints findings on the console. @defaultValue true */
  readonly warn?: boolean;
  /** Codes of findings that are not wanted. @defaultValue none */
  readonly ignore?: readonly FindingCode[];
  /** Attributes, without `bus-`, that extensions of your own read. @defaultValue none */
  readonly attributes?: readonly string[];
  /** Replies that take longer are marked, in milliseconds. @defaultValue 200 */
  readonly slowMs?: number;
  /** Swaps that take longer are marked, in milliseconds. @defaultValue 16 */
  readonly slowSwapMs?: number;
  /** Entries that the timeline keeps. @defaultValue 200 */
  readonly maxEntries?: number;
}

/** The options, with nothing left out. */
export type DevSettings = Required<DevOptions>;

/**
 * Something that is probably not meant.
 * @public
 */
export interface Finding {
  /** What it is about. */
  readonly code: FindingCode;
  /** What happens, and what to write instead. */
  readonly message: string;
  /** The element as text: `button#add`. */
  readonly where: string;
  /** The element, unless it is gone. */
  readonly element: Element | undefined;
}

/** Takes what a check has found. An element is told the same about the same `subject` once. */
export type Report = (code: FindingCode, el: Element, message: string, subject?: string) => void;

/** What checks look at beside the element. */
export interface Scene {
  readonly kit: Kit;
  readonly settings: DevSettings;
  readonly report: Report;
  /** Whether htmx runs in the page as well. */
  readonly hasHtmx: boolean;
}

/** An attribute of ours as it is written: `bus-target:inherited`. */
export interface OwnAttribute {
  readonly full: string;
  /** Without prefix and suffix: `target`. */
  readonly name: string;
  /** `:inherited`, or "". */
  readonly suffix: string;
  readonly value: string;
}

/** A rule about one element with attributes of ours. */
export type ElementCheck = (el: Element, attributes: readonly OwnAttribute[], scene: Scene) => void;
