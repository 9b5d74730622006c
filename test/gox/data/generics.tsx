/** @jsxImportSource busbar/html */
import { type Html, type HtmlValue, each } from "busbar/html";
import { component } from "busbar/live";

export interface ListProps<T> {
  readonly items: readonly T[];
  readonly renderItem: (value: T) => HtmlValue;
}

export function List<T>(input: ListProps<T>): Html {
  return component(List, input, (props) => {
    return () => <ul>{each(props.items, (_item, i) => i, (item) => <li>{props.renderItem(item)}</li>)}</ul>;
  });
}

export interface NamesProps {
  readonly names: readonly string[];
}

export function Names(input: NamesProps): Html {
  return component(Names, input, (props) => {
    return () => <List<string> items={props.names} renderItem={(name: string) => <span>{name}</span>} />;
  });
}
