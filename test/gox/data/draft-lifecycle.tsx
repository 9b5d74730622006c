/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { type ComponentEvent, component } from "busbar/live";
import { signal } from "busbar/signals";

export function Field(): Html {
  return component(Field, {}, (_props, { elementRef, effect, onCleanup, watch, on }) => {
    const inputRef = elementRef();
    const changes: { current: number } = { current: 0 };
    const value = signal("");
    effect(() => {
      console.log("here");
      inputRef.call("focus");
    }, () => []);
    onCleanup(() => console.log("gone"));
    effect(() => {
      changes.current++;
      console.log(`change ${changes.current}`);
      return (): void => console.log("before the next");
    }, () => [value.get()]);
    watch(() => value.get(), (before, now) => {
      console.log(before, now);
    });
    return () => (
      <input
        id={inputRef.id}
        value={value.get()}
        {...on.input((e: ComponentEvent) => value.set(e.value))}
      />
    );
  });
}
