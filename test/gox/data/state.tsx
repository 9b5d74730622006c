/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { signal } from "busbar/signals";

export function Settings(): Html {
  return component(Settings, {}, (_props, { on }) => {
    const volume = signal(5);
    const name = signal("Ada");
    const isOn = signal<boolean>(false);
    const ratio = signal(0.5);
    const items = signal<readonly string[]>(["one", "two"]);
    const seen = signal<ReadonlyMap<string, boolean>>(new Map<string, boolean>());
    const change = (apply: (value: string) => void): void => apply("Grace");
    return () => (
      <div>
        <p>
          {volume.get()} {name.get()} {isOn.get() ? "on" : "off"} {ratio.get() / 2} {items.get().length} {seen.get().size}
        </p>
        <button
          {...on.click(() => {
            volume.set(Math.trunc(volume.get() / 2));
            isOn.set(!isOn.get());
            ratio.set(ratio.get() * 2);
            items.set([...items.get(), "three"]);
            seen.set(new Map<string, boolean>([["one", true]]));
            change((value: string) => name.set(value));
          })}
        >
          Change
        </button>
      </div>
    );
  });
}
