/** Content that goes from one document to another: copied whole, or change by change. */
import { containerName } from "../container-name.ts";
import { containerOf } from "../containers.ts";
import type { Carried, Carrier, Container, Editor, Kind } from "../model.ts";
import { isCrdtNode, typeOf } from "../nodes.ts";
import type { CrdtCounter, CrdtList, CrdtMap, CrdtNode, CrdtSet, CrdtText, CrdtValue, ListDelta } from "../types.ts";

/** Casts in this: a node is of the same type as its container. */
export class ContentCarrier implements Carrier {
  readonly source: Editor;
  readonly target: Editor;
  /** False once something could not be copied. */
  isWhole = true;

  constructor(source: Editor, target: Editor) {
    this.source = source;
    this.target = target;
  }

  /** Gives an empty container the content of a node; false when it cannot hold that. */
  copy(from: CrdtNode, home: Container): boolean {
    const { copy } = home.kind as Kind & Carried;
    const fits = copy === undefined ? this.copyPlain(from, home) : copy(from, home, this);
    if (!fits) this.isWhole = false;
    return fits;
  }

  private copyPlain(from: CrdtNode, home: Container): boolean {
    const node = this.target.node(home);
    switch (from.type) {
      case "text": {
        const text = from.toString();
        if (text !== "") (node as CrdtText).insert(0, text);
        return true;
      }
      case "map":
        return from.entries().reduce((fits, [key, value]) => this.put(home, key, value) && fits, true);
      case "list":
        return this.insert(home, 0, from.toArray());
      case "counter":
        if (!Number.isFinite(from.value)) return false; // parts that are, whose sum is not
        if (from.value !== 0) (node as CrdtCounter).add(from.value);
        return true;
      case "set":
        for (const value of from.values()) (node as CrdtSet).add(value);
        return true;
    }
  }

  insert(home: Container, index: number, values: readonly CrdtValue[]): boolean {
    const list = this.target.node(home) as CrdtList;
    let fits = true;
    values.forEach((value, i) => {
      if (isCrdtNode(value))
        fits = this.copy(value, this.childAt(home, list.insertChild(index + i, value.type))) && fits;
      else list.insert(index + i, value);
    });
    return fits;
  }

  /**
   * From now on what happens to a node happens to a container of the same content. Children come first: what is deleted with its content must not be edited
   * after that.
   */
  follow(from: CrdtNode, home: Container): void {
    const { follow } = home.kind as Kind & Carried;
    if (follow !== undefined) follow(from, home, this);
    else if (from.type === "text") this.followText(from, home);
    else if (from.type === "map") this.followMap(from, home);
    else if (from.type === "list") {
      this.followItems(from, home);
      from.observe((delta) => this.changeItems(home, delta));
    } else if (from.type === "counter")
      from.observe(({ before, after }) => (this.target.node(home) as CrdtCounter).add(after - before));
    else
      from.observe(({ added, deleted }) => {
        const set = this.target.node(home) as CrdtSet;
        for (const value of added) set.add(value);
        for (const value of deleted) set.delete(value);
      });
  }

  followItems(from: CrdtList, home: Container): void {
    const list = this.target.node(home) as CrdtList;
    const children = list.toArray();
    from.toArray().forEach((value, i) => {
      const child = children[i];
      if (isCrdtNode(value) && isCrdtNode(child)) this.follow(value, this.childAt(home, child));
    });
  }

  changeItems(home: Container, delta: ListDelta): void {
    const list = this.target.node(home) as CrdtList;
    let at = 0;
    for (const step of delta)
      if ("retain" in step) at += step.retain;
      else if ("delete" in step) list.delete(at, step.delete);
      else {
        this.insert(home, at, step.insert);
        at += step.insert.length;
      }
  }

  private followText(from: CrdtText, home: Container): void {
    from.observe((delta) => {
      const text = this.target.node(home) as CrdtText;
      let at = 0;
      for (const step of delta)
        if ("retain" in step) at += step.retain;
        else if ("delete" in step) text.delete(at, step.delete);
        else {
          text.insert(at, step.insert);
          at += step.insert.length;
        }
    });
  }

  private followMap(from: CrdtMap, home: Container): void {
    for (const [key, value] of from.entries())
      if (isCrdtNode(value)) this.follow(value, this.childOf(home, key, value));
    from.observe((changes) => {
      const map = this.target.node(home) as CrdtMap;
      for (const [key, { before, after }] of changes) {
        if (after === undefined || isCrdtNode(before)) map.delete(key);
        if (after !== undefined) this.put(home, key, after);
      }
    });
  }

  private put(home: Container, key: string, value: CrdtValue): boolean {
    if (!isCrdtNode(value)) {
      (this.target.node(home) as CrdtMap).set(key, value);
      return true;
    }
    const child = this.childOf(home, key, value);
    this.target.edit(child, () => undefined); // an empty one shows as well
    return this.copy(value, child);
  }

  private childOf(home: Container, name: string, { type }: CrdtNode): Container {
    const { model } = this.target;
    return containerOf(model, containerName(typeOf(model, type), name, home));
  }

  private childAt(home: Container, child: CrdtNode): Container {
    return this.childOf(home, child.name, child);
  }
}
