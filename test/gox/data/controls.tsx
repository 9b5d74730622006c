/** @jsxImportSource busbar/html */
import { type Html, each } from "busbar/html";
import { type ComponentEvent, component } from "busbar/live";
import { signal } from "busbar/signals";

export interface Choice {
  readonly ID: string;
  readonly Name: string;
}

export interface PickerProps<T> {
  readonly choices: readonly Choice[];
  readonly label: T;
  readonly initial: string;
}

export function Picker<T>(input: PickerProps<T>): Html {
  return component(Picker, input, (props, { on }) => {
    const chosen = signal<string>(props.initial);
    const tags = signal<readonly string[]>(["a"]);
    return () => (
      <form>
        <label for="choice" title={String(props.label)}>{String(props.label)}</label>
        <select id="choice" {...on.change((e: ComponentEvent) => chosen.set(e.value))}>
          <option value="" selected={chosen.get() === ""}>Nothing</option>
          <optgroup label="Known">
            {each(
              props.choices,
              (one) => one.ID,
              (one) => <option value={one.ID} selected={chosen.get() === one.ID}>{one.Name}</option>,
            )}
            {each(props.choices, (_one, i) => i, (one) => {
              if (one.Name === "") {
                return <option disabled selected={chosen.get() === one.ID}>{one.ID}</option>;
              }
              return <option selected={chosen.get() === one.Name}>{one.Name}</option>;
            })}
          </optgroup>
          <option selected={chosen.get() === "other"}>other</option>
        </select>
        <select multiple {...on.change((e: ComponentEvent) => tags.set([e.value]))}>
          <option selected={tags.get().includes("a")}>{"a"}</option>
          <option value="b" selected={tags.get().includes("b")}>B</option>
        </select>
        <textarea rows={3}>{chosen.get()}</textarea>
        <input type="checkbox" checked={chosen.get() === ""} />
      </form>
    );
  });
}
