import type { Case } from "../harness/format.ts";

const form = `<form id="f"><input name="a" value="1"><input type="checkbox" name="c" value="2"><button type="submit" name="s" value="3" id="go"`;

export const values: readonly Case[] = [
  {
    name: "a form whose fields have the names of an element's methods is a form like any other",
    body: `<section><form id="f" bus-post="/x" bus-target="closest section" bus-include="this"><input name="matches" value="1"><input name="closest" value="2"></form></section>`,
    routes: { "POST /x": "sent" },
    steps: [{ submit: "#f" }],
    expect: { seen: ["POST /x matches=1&closest=2"], body: "<section>sent</section>" },
  },
  ...["get", "delete"].map(
    (verb): Case => ({
      name: `a ${verb.toUpperCase()} inside a form does not send it`,
      body: `${form} bus-${verb}="/x"></button></form>`,
      routes: { "*": "" },
      expect: { seen: [`${verb.toUpperCase()} /x?s=3`] },
    }),
  ),
  ...["post", "put", "patch"].map(
    (verb): Case => ({
      name: `a ${verb.toUpperCase()} inside a form sends it, and the button`,
      body: `${form} bus-${verb}="/x"></button></form>`,
      routes: { "*": "" },
      expect: { seen: [`${verb.toUpperCase()} /x a=1&s=3`] },
    }),
  ),
  {
    name: "what asks when another form is submitted sends its own form, without the other's button",
    body: `<form id="a"><button id="b" name="s" value="9"></button></form><form><input name="i" value="1"><p bus-post="/x" bus-trigger="submit from:#a"></p></form>`,
    routes: { "POST /x": "" },
    steps: [{ submit: "#a", by: "#b" }],
    expect: { seen: ["POST /x i=1"], native: ["submit"] },
  },
  {
    name: "a button without a form sends itself",
    body: `<button id="go" name="s" value="9" bus-post="/x" bus-swap="none"></button>`,
    routes: { "POST /x": "" },
    expect: { seen: ["POST /x s=9"] },
  },
  {
    name: "a form's own GET sends it in the query",
    body: `<form id="f" bus-get="/x"><input name="a" value="1"><input name="b" value="2"></form>`,
    routes: { "GET /x": "" },
    steps: [{ submit: "#f" }],
    expect: { seen: ["GET /x?a=1&b=2"] },
  },
  {
    name: "the button that submits a form is sent, the others are not",
    body: `<form id="f" bus-post="/x"><button name="s" value="1"></button><button name="s" value="2" id="go"></button></form>`,
    routes: { "POST /x": "" },
    expect: { seen: ["POST /x s=2"] },
  },
  {
    name: "the order of a form's values is kept, with several of one name",
    body: `<form id="f" bus-post="/x"><input name="a" value="1"><select name="b" multiple><option selected>2<option>3<option selected>4</select><input name="a" value="5"><textarea name="c">6 7</textarea></form>`,
    routes: { "POST /x": "" },
    steps: [{ submit: "#f" }],
    expect: { seen: ["POST /x a=1&b=2&b=4&a=5&c=6+7"] },
  },
  ...["#s", "#f", "fieldset"].map(
    (include): Case => ({
      name: `options that are disabled, alone or with their group, are not sent with bus-include="${include}", as from their own form`,
      body: `<b id="go" bus-post="/x" bus-include="${include}"></b><form id="f"><fieldset><select id="s" name="s" multiple><option selected>1</option><option selected disabled>2</option><optgroup disabled><option selected>3</option></optgroup></select></fieldset></form>`,
      routes: { "POST /x": "" },
      expect: { seen: ["POST /x s=1"] },
    }),
  ),
  {
    name: "disabled fields, fields without a name and boxes that are not checked are not sent",
    body: `<form id="f" bus-post="/x"><input name="a" value="1" disabled><input value="2"><input type="checkbox" name="b"><input type="radio" name="c" value="3"><input type="radio" name="c" value="4" checked><fieldset disabled><input name="d" value="5"></fieldset></form>`,
    routes: { "POST /x": "" },
    steps: [{ submit: "#f" }],
    expect: { seen: ["POST /x c=4"] },
  },
  {
    name: "fields that belong to a form by their form attribute are sent with it",
    body: `<form id="f" bus-post="/x"></form><input name="a" value="1" form="f"><button id="go" form="f" name="s" value="2"></button>`,
    routes: { "POST /x": "" },
    expect: { seen: ["POST /x a=1&s=2"] },
  },
  {
    name: "a field that asks sends itself",
    body: `<input id="go" name="q" value="a" bus-get="/x" bus-trigger="tick" bus-swap="none"><input name="z" value="9">`,
    routes: { "GET /x": "" },
    steps: [{ fire: "tick", at: "#go" }],
    expect: { seen: ["GET /x?q=a"] },
  },
  ...(
    [
      [`type="checkbox" value="1"`, "GET /x"],
      [`type="checkbox" value="1" checked`, "GET /x?q=1"],
      [`type="radio" value="1"`, "GET /x"],
    ] as const
  ).map(
    ([attributes, seen]): Case => ({
      name: `a field with ${attributes} that asks sends what a form would`,
      body: `<input id="go" name="q" ${attributes} bus-get="/x" bus-trigger="tick" bus-swap="none">`,
      routes: { "GET /x": "" },
      steps: [{ fire: "tick", at: "#go" }],
      expect: { seen: [seen] },
    }),
  ),
  {
    name: "a form that the browser would not send is not sent",
    body: `<form><input required><button id="go" bus-post="/x"></button></form>`,
    expect: { seen: [] },
  },
  {
    name: "a form with novalidate, or a button with formnovalidate, is sent unchecked",
    body: `<form novalidate><input required><button id="go" bus-post="/x"></button></form><form><input required><button id="b" formnovalidate bus-post="/y"></button></form>`,
    routes: { "*": "" },
    steps: [{ click: "#go" }, { click: "#b" }],
    expect: { seen: ["POST /x", "POST /y"] },
  },
  {
    name: "bus-include adds controls and containers, each once",
    body: `<div id="d"><input name="b" value="2"><select name="s" multiple><option selected>x<option selected>y</select></div><input name="a" value="1"><button id="go" bus-get="/x?q=0" bus-include="[name=a], #d, [name=b]"></button>`,
    routes: { "GET /x": "" },
    expect: { seen: ["GET /x?q=0&a=1&b=2&s=x&s=y"] },
  },
  {
    name: "bus-include of a form adds all its fields, also for a GET",
    body: `${form}></button></form><b id="b" bus-get="/x" bus-include="#f"></b>`,
    routes: { "GET /x": "" },
    steps: [{ click: "#b" }],
    expect: { seen: ["GET /x?a=1"] },
  },
  {
    name: "bus-include with closest sends the form around it",
    body: `${form} bus-get="/x" bus-include="closest form"></button></form>`,
    routes: { "GET /x": "" },
    expect: { seen: ["GET /x?s=3&a=1"] },
  },
  {
    name: "bus-include that finds nothing adds nothing",
    body: `<b id="go" bus-get="/x" bus-include="#none"></b>`,
    routes: { "GET /x": "" },
    expect: { seen: ["GET /x"] },
  },
  {
    name: "bus-vals goes over all others",
    body: `${form} bus-post="/x" bus-vals='{"a": 9, "n": [true, "x"]}'></button></form>`,
    routes: { "POST /x": "" },
    expect: { seen: ["POST /x s=3&a=9&n=true&n=x"] },
  },
  ...["js:{a:1}", "javascript:{a:1}", "{a:1}", "alert(1)"].map(
    (text): Case => ({
      name: `bus-vals that is no JSON is an error, never code: ${text}`,
      body: `<p id="go" bus-get="/x" bus-vals="${text}"></p>`,
      expect: { errors: ["attribute"], seen: [] },
    }),
  ),
  ...["js:{a:1}", "{a:1}"].map(
    (text): Case => ({
      name: `bus-headers that is no JSON is an error, never code: ${text}`,
      body: `<p id="go" bus-get="/x" bus-headers="${text}"></p>`,
      expect: { errors: ["attribute"], seen: [] },
    }),
  ),
  {
    name: "__proto__ in bus-vals and bus-headers is a name like any other",
    body: `<p id="go" bus-post="/x" bus-vals='{"__proto__": "1", "constructor": "2"}' bus-headers='{"__proto__": "3"}'></p>`,
    routes: { "POST /x": "" },
    steps: [{ click: "#go" }, { act: ({ equal }) => equal(Object.keys(Object.prototype), [], "what objects inherit") }],
    expect: { seen: ["POST /x __proto__=1&constructor=2"] },
  },
  ...[
    `<form enctype="multipart/form-data"><input name="a" value="1"><button id="go" bus-post="/x"></button></form>`,
    `<form><input name="a" value="1"><button id="go" bus-post="/x" bus-encoding="multipart/form-data"></button></form>`,
    `<form bus-encoding:inherited="multipart/form-data"><input name="a" value="1"><button id="go" bus-post="/x"></button></form>`,
  ].map(
    (body): Case => ({
      name: `multipart when it says so: ${/[a-z:-]*(?==.multi)/.exec(body)}`,
      body,
      routes: { "POST /x": "" },
      expect: { seen: [`POST /x [["a","1"]]`] },
    }),
  ),
  {
    name: "a file that is not sent as multipart is its name, as browsers do",
    body: `<form id="f" bus-post="/x"><input type="file" name="a"></form>`,
    routes: { "POST /x": "" },
    steps: [{ submit: "#f" }],
    expect: { seen: ["POST /x a="] },
  },
  {
    name: "fields may have the names of what a form has, but for matches and closest: id, form, action, method, name, type, value, title and more",
    body: `<form id="f" bus-post="/x" bus-swap="none">${["id", "form", "action", "method", "name", "type", "value", "title", "target", "elements", "length", "submit", "reset", "disabled", "files"].map((name, i) => `<input name="${name}" value="${i}">`).join("")}<button id="go">go</button></form>`,
    routes: { "POST /x": "" },
    expect: {
      seen: [
        "POST /x id=0&form=1&action=2&method=3&name=4&type=5&value=6&title=7&target=8&elements=9&length=10&submit=11&reset=12&disabled=13&files=14",
      ],
      sent: { "Bus-Source": "form#f" },
    },
  },
  {
    name: "a form asks for its own address when it names none",
    body: `<form id="f" bus-post=""><input name="a" value="1"></form>`,
    routes: { "POST /start": "" },
    steps: [{ submit: "#f" }],
    expect: { seen: ["POST /start a=1"] },
  },
];
