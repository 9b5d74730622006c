/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { type ComponentEvent, component } from "busbar/live";
import { signal } from "busbar/signals";

export function Form(): Html {
  return component(Form, {}, (_props, { on }) => {
    const text = signal("");
    const isOn = signal<boolean>(false);
    const sent = signal(0);
    const handleSubmit = (): void => {
      /* preventDefault(): the live client does it for clicks and submits */
      sent.set(sent.get() + 1);
    };
    return () => (
      <form {...on.submit(handleSubmit)}>
        <input name="text" value={text.get()} {...on.input((e: ComponentEvent) => text.set(e.value))} />
        <input
          type="checkbox"
          checked={isOn.get()}
          {...on.change((e: ComponentEvent) => isOn.set(e.checked))}
        />
        <button {...on.click(() => text.set(""))}>Clear</button>
        <b>{sent.get()}</b>
      </form>
    );
  });
}
