// Under Node's conditions this package is an inert server build; bench/signals/area.mjs asks for the browser's.
import { batch, createEffect, createMemo, createRoot, createSignal } from "solid-js";

export const subject = {
  signal: (value) => createSignal(value),
  computed: (f) => createMemo(f),
  effect: (f) => createEffect(f),
  batch,
  read: (node) => (typeof node === "function" ? node() : node[0]()),
  write: (node, value) => node[1](value),
  writeAndFlush: (node, value) => node[1](value),
  build: (f) =>
    createRoot((dispose) => {
      f();
      return dispose;
    }),
};
