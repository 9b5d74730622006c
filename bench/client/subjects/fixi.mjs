// fixi: it starts with the page, so the page's event is fired again; view transitions are switched off as its manual says.
const asks = (swap) => `fx-action="/list" fx-target="#list" fx-swap="${swap}"`;

export const subject = {
  link: (id) => `fx-action="/rows/${id}" fx-target="#list" fx-swap="innerHTML"`,
  control: { inner: asks("innerHTML"), outer: asks("outerHTML") },
  settings() {
    window.fixiCfg = { transition: false };
  },
  started() {
    document.dispatchEvent(new Event("DOMContentLoaded"));
  },
};
