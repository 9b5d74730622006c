/** @jsxImportSource busbar/html */
import { type Html, each } from "busbar/html";
import { type ComponentEvent, component } from "busbar/live";
import { computed, signal } from "busbar/signals";

export interface SearchProps {
  readonly words: readonly string[];
}

export function Search(input: SearchProps): Html {
  return component(Search, input, (props, { on }) => {
    const query = signal("");
    const limit = 10;
    const find = (): readonly string[] => {
      let found: string[] = [];
      for (const word of props.words) {
        if (word.includes(query.get()) && found.length < limit) {
          found = [...found, word];
        }
      }
      return found;
    };
    const matches = computed(() => find());
    return () => {
      let status = "some";
      if (matches.get().length === 0) {
        status = "none";
      }
      const title = status.toUpperCase();
      return (
        <div>
          <h1>{title}</h1>
          <input value={query.get()} {...on.input((e: ComponentEvent) => query.set(e.value))} />
          <ul>{each(matches.get(), (word) => word, (word) => <li>{word}</li>)}</ul>
        </div>
      );
    };
  });
}
