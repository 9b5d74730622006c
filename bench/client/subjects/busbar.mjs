// busbar/client: core, with the morph bundle beside it where that is asked for.
import { partHtml } from "../rows.mjs";

const asks = (swap) => `bus-get="/list" bus-target="#list" bus-swap="${swap}"`;

export const subject = {
  link: (id) => `bus-get="/rows/${id}" bus-target="closest li" bus-swap="outerHTML"`,
  control: {
    inner: asks("innerHTML"),
    outer: asks("outerHTML"),
    morph: asks("outerMorph"),
    oob: `bus-get="/list" bus-swap="none"`,
  },
  parts: (parts) => parts.map((part) => partHtml(part, `bus-swap-oob="true"`)).join(""),
};
