import { createSSRApp } from "vue";
import { pipeToNodeWritable } from "vue/server-renderer";
import { response } from "../streams/writable.mjs";
import late from "./vue/late-page.vue";
import purchases from "./vue/purchases-page.vue";
import search from "./vue/search-page.vue";

const send = async (component, properties, sink) => {
  let doctype = "<!doctype html>"; // leaves with what is rendered first: alone it would say nothing about Vue
  const { writable, finished } = response((chunk) => {
    sink(doctype + chunk);
    doctype = "";
  });
  pipeToNodeWritable(createSSRApp(component, properties), {}, writable);
  await finished;
};
const ready = (component) => (data, sink) => send(component, { data }, sink);

export const vue = {
  ready: { "20 KiB": ready(search), "170 KiB": ready(purchases) },
  late: (data, results, sink) => send(late, { data, results }, sink),
};
