import { describe, expect, test } from "vitest";
import {
  type ClassItem,
  classes,
  each,
  html,
  renderToString,
  spread,
  styles,
  unsafeRawHtml,
  when,
} from "../../lib/html/index.ts";
import { errorOf } from "./helpers.ts";

const readable = <T>(value: T): never => ({ [Symbol.for("busbar.read")]: () => value }) as never; // cast: the symbol's type is declared in pool

describe("each", () => {
  test("prints a row per item, of arrays, other iterables, functions and readables", () => {
    const lists = [["a", "b"], new Set(["a", "b"]), () => ["a", "b"], readable(["a", "b"])];
    for (const list of lists) {
      const rows = each(
        list as string[],
        (item) => item,
        (item, i) => html`<li id=${i}>${item}</li>`,
      ); // cast: all four are lists
      expect(renderToString(html`<ul>${rows}</ul>`)).toBe('<ul><li id="0">a</li><li id="1">b</li></ul>');
    }
  });

  test("runs nothing before the render and asks for no keys in a plain one", () => {
    const log: string[] = [];
    const rows = each(
      [1],
      () => log.push("key"),
      () => log.push("row"),
    );
    expect(log).toEqual([]);
    renderToString(rows);
    expect(log).toEqual(["row"]);
  });

  test("inside each prints every inner row", () => {
    const table = [[1, 2], [3]];
    const rows = each(
      table,
      (_, i) => i,
      (row) =>
        html`<tr>${each(
          row,
          (cell) => cell,
          (cell) => html`<td>${cell}</td>`,
        )}</tr>`,
    );
    expect(renderToString(rows)).toBe("<tr><td>1</td><td>2</td></tr><tr><td>3</td></tr>");
  });

  test("refuses what is no list", () => {
    for (const list of [null, 7, {}, "text"]) {
      expect(
        errorOf(() =>
          renderToString(
            each(
              list as never,
              () => 1,
              () => 1,
            ),
          ),
        ).code,
      ).toBe("HTML_BAD_HOLE");
    }
  });
});

describe("when", () => {
  test("runs one branch only, with the value", () => {
    expect(
      renderToString(
        when(
          "x",
          (value) => html`<b>${value}</b>`,
          () => {
            throw new Error("not taken");
          },
        ),
      ),
    ).toBe("<b>x</b>");
    expect(
      renderToString(
        when(
          0,
          () => {
            throw new Error("not taken");
          },
          () => "none",
        ),
      ),
    ).toBe("none");
    expect(renderToString(when(null, () => "x"))).toBe("");
  });

  test("reads readables and functions at the render", () => {
    let on = false;
    const node = when(
      () => on,
      () => "on",
      () => "off",
    );
    expect(renderToString(node)).toBe("off");
    on = true;
    expect(renderToString(node)).toBe("on");
    expect(
      renderToString(
        when(
          readable(false),
          () => "on",
          () => "off",
        ),
      ),
    ).toBe("off");
  });
});

describe("classes", () => {
  test("take lists, and what classes made: a component adds its own to those it is given", () => {
    const given = classes("wide", { on: true, off: false });
    const own = (more: ClassItem): string => renderToString(html`<p class=${classes("btn", more)}></p>`);
    expect(own(given)).toBe('<p class="btn wide on"></p>');
    expect(own(["a", false, ["b", { c: 1 }, given], null])).toBe('<p class="btn a b c wide on"></p>');
    expect(own([classes(), []])).toBe('<p class="btn"></p>');
    expect(own(undefined)).toBe('<p class="btn"></p>');
  });

  test("of a list that holds itself are an error, not a loop", () => {
    const list: ClassItem[] = ["a"];
    list.push(list);
    expect(() => classes(list)).toThrow(expect.objectContaining({ code: "HTML_TOO_DEEP" }));
  });

  test("joins names and the names of true conditions", () => {
    expect(renderToString(html`<p class=${classes("a", null, false, { b: true, c: 0, d: 1 }, "")}></p>`)).toBe(
      '<p class="a b d"></p>',
    );
    expect(renderToString(html`<p class="x ${classes({ '"y': true })}"></p>`)).toBe('<p class="x &quot;y"></p>');
  });

  test("drops the attribute when nothing is left", () => {
    expect(renderToString(html`<p class=${classes({ a: false })}></p>`)).toBe("<p ></p>");
  });
});

test("styles leaves out what is not set", () => {
  const style = styles({ color: null, top: 0, left: "", right: false, marginTop: "1px", WebkitLineClamp: 2 });
  expect(renderToString(html`<p style=${style}></p>`)).toBe(
    '<p style="top: 0; margin-top: 1px; -webkit-line-clamp: 2"></p>',
  );
});

test("spread takes all that attributes take", () => {
  const attributes = { id: "a", disabled: true, hidden: false, title: () => "<", class: classes("x"), "data-n": 1 };
  expect(renderToString(html`<input ${spread(attributes)}>`)).toBe(
    '<input id="a" disabled title="&lt;" class="x" data-n="1">',
  );
  expect(renderToString(html`<input ${spread({ disabled: true })}/><input a ${spread({ b: "1" })} c=d>`)).toBe(
    '<input disabled/><input a b="1" c=d>',
  );
});

test("unsafeRawHtml prints markup as it is", () => {
  expect(renderToString(html`<p>${unsafeRawHtml("<b>&amp;</b>")}</p>`)).toBe("<p><b>&amp;</b></p>");
});

test("what the helpers make is frozen", () => {
  for (const value of [
    classes("a"),
    spread({}),
    unsafeRawHtml(""),
    each(
      [],
      () => 1,
      () => 1,
    ),
  ]) {
    expect(Object.isFrozen(value)).toBe(true);
  }
});

test("what styles makes cannot be changed", () => {
  const value = styles({ color: "red" });
  expect(() => Object.assign(value, { text: "}</style>" })).toThrow(TypeError);
  expect(() => Object.assign(value, { isPlain: true })).toThrow(TypeError);
  expect(renderToString(html`<p style=${value}></p>`)).toBe('<p style="color: red"></p>');
});

test("styles takes own declarations alone", () => {
  expect(
    styles(Object.create({ color: "red" }, { top: { value: 0, enumerable: true }, left: { value: 1 } })).text,
  ).toBe("top: 0");
});
