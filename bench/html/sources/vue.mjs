import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";
import colours from "./vue/colours-page.vue";
import purchases from "./vue/purchases-page.vue";
import search from "./vue/search-page.vue";

const page = (component, doctype) => async (data) =>
  doctype + (await renderToString(createSSRApp(component, { data })));

export const subject = {
  isAsync: true, // it has no other way
  text: {
    "2 KiB": page(colours, ""),
    "20 KiB": page(search, "<!doctype html>"),
    "170 KiB": page(purchases, "<!doctype html>"),
  },
};
