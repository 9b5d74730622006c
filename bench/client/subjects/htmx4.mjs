import { partHtml } from "../rows.mjs";

const asks = (swap) => `hx-get="/list" hx-target="#list" hx-swap="${swap}"`;

export const subject = {
  link: (id) => `hx-get="/rows/${id}" hx-target="closest li" hx-swap="outerHTML"`,
  control: {
    inner: asks("innerHTML"),
    outer: asks("outerHTML"),
    morph: asks("outerMorph"),
    oob: `hx-get="/list" hx-swap="none"`,
  },
  parts: (parts) => parts.map((part) => partHtml(part, `hx-swap-oob="true"`)).join(""),
};
