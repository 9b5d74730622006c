/** @jsxImportSource busbar/html */
import { type Html, each } from "busbar/html";
import { component } from "busbar/live";

export interface Item {
  readonly id: number;
  readonly name: string;
}

export interface ChildrenProps {
  readonly count: number;
  readonly item: Item;
  readonly items: readonly Item[];
  readonly isOpen: boolean;
}

export function Children(input: ChildrenProps): Html {
  return component(Children, input, (props) => {
    return () => (
      <div>
        <div>Hello World</div>
        <div>{props.count}</div>
        <div>Name: {props.item.name} of {props.count}</div>
        <div>
          <h1>Title</h1>
          <p>
            A long line of text that goes on and on, with <b>bold</b> words and {props.count} numbers, until it is broken
          </p>
        </div>
        {props.isOpen && <div>Shown when true</div>}
        {props.isOpen ? <div>True</div> : <div>False</div>}
        {props.isOpen && props.count > 1 && <p>Both</p>}
        {each(props.items, (_item, i) => i, (item) => <span>{item.name}</span>)}
        {each(props.items, (item) => item.id, (item) => {
          const label = item.name + "!";
          return <b>{label}</b>;
        })}
        {/* a comment */}
      </div>
    );
  });
}
