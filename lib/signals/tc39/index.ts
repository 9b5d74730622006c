/**
 * The shape of TC39's signals proposal over the graph of busbar/signals: the two read each other.
 * @packageDocumentation
 */
import * as Signal from "./signal.ts";

export { Signal };
