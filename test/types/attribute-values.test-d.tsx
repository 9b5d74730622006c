import { describe, expectTypeOf, test } from "vitest";
import { call, el, type Html } from "../../lib/html/index.ts";

describe("attributes of elements", () => {
  test("take what the standard lists, numbers as digits too", () => {
    const right: readonly Html[] = [
      el.td({ colspan: "2", headers: "a" }),
      el.input({ max: "2030-12-31", min: 1, maxlength: 5n }),
      el.img({ alt: "", width: "10" }),
      el.a({
        href: "/x",
        target: "_blank",
        rel: "noopener noreferrer",
        download: true,
        referrerpolicy: "origin",
        hreflang: "de",
        ping: "/p",
      }),
      el.input({
        type: "datetime-local",
        step: "any",
        min: "2020-01-01T00:00",
        autocomplete: "section-a billing street-address",
        inputmode: "numeric",
        enterkeyhint: "go",
        pattern: "[a-z]+",
      }),
      el.input({ type: "file", accept: "image/*", capture: "environment", multiple: true }),
      el.input({ type: "checkbox", checked: true }),
      el.button({
        type: "submit",
        formmethod: "dialog",
        popovertarget: "p",
        popovertargetaction: "toggle",
        command: "show-modal",
        commandfor: "d",
      }),
      el.form({
        method: "post",
        enctype: "multipart/form-data",
        novalidate: true,
        autocomplete: "off",
        "accept-charset": "utf-8",
      }),
      el.img({
        src: "/a",
        alt: "",
        loading: "lazy",
        decoding: "async",
        fetchpriority: "high",
        sizes: "auto, 100vw",
        srcset: "/a 1x",
        crossorigin: "anonymous",
        width: 10,
        ismap: true,
      }),
      el.iframe({
        src: "/x",
        sandbox: "allow-scripts allow-same-origin",
        allow: "camera",
        loading: "lazy",
        allowfullscreen: true,
        referrerpolicy: "no-referrer",
      }),
      el.video({
        src: "/x",
        preload: "metadata",
        controls: true,
        muted: true,
        playsinline: true,
        loop: true,
        crossorigin: "use-credentials",
      }),
      el.track({ kind: "captions", srclang: "en", label: "E", default: true, src: "/t" }),
      el.link({
        rel: "preload",
        as: "font",
        crossorigin: "",
        href: "/f",
        integrity: "sha256-x",
        blocking: "render",
        media: "print",
        sizes: "16x16",
        imagesizes: "1x",
      }),
      el.meta({ charset: "utf-8" }),
      el.meta({ name: "viewport", content: "x" }),
      el.script({ type: "module", src: "/a.js", async: true, defer: true, nomodule: true, fetchpriority: "low" }),
      el.th({ scope: "colgroup", colspan: 2, rowspan: 0, abbr: "x", headers: "a b" }),
      el.ol({ type: "A", start: 3, reversed: true }),
      el.li({ value: 3 }),
      el.textarea({ wrap: "hard", rows: 3, cols: 2, maxlength: 5, dirname: "a.dir", placeholder: "p" }),
      el.select({ multiple: true, size: 3, required: true }),
      el.option({ selected: true, value: 1, label: "x" }),
      el.details({ open: true, name: "acc" }),
      el.dialog({ open: true, closedby: "any" }),
      el.p({
        dir: "auto",
        translate: "no",
        hidden: "until-found",
        popover: "manual",
        contenteditable: "plaintext-only",
        draggable: true,
        spellcheck: false,
        inert: true,
        tabindex: -1,
        autocapitalize: "words",
        autofocus: true,
        accesskey: "k",
        part: "x",
        slot: "s",
        is: "x-y",
        itemprop: "n",
        nonce: "bm8=",
        lang: "en",
        exportparts: "a",
        writingsuggestions: false,
      }),
      el.p({
        role: "alert",
        "aria-live": "polite",
        "aria-current": "page",
        "aria-checked": "mixed",
        "aria-haspopup": "menu",
        "aria-level": 3,
        "aria-hidden": true,
        "data-x": "y",
        onclick: call("f"),
      }),
      el.svg({ viewBox: "0 0 1 1", preserveAspectRatio: "xMidYMid meet", xmlns: "http://www.w3.org/2000/svg" }),
      el.path({ d: "M0", "stroke-linecap": "round", "fill-rule": "evenodd", "stroke-width": 2 }),
      el.circle({ cx: 1, cy: "50%", r: 3 }),
      el.area({ shape: "poly", coords: "1,2" }),
      el.canvas({ width: 3, height: 4 }),
      el.progress({ value: 0.5, max: 1 }),
      el.meter({ low: 1, high: 2, optimum: 3, value: 2 }),
      el.time({ datetime: "2020" }),
      el.data({ value: 7 }),
      el.col({ span: 2 }),
      el.template({ shadowrootmode: "open", shadowrootclonable: true }),
      el.slot({ name: "x" }),
      el.source({ srcset: "/a", media: "print", type: "image/webp", width: 3 }),
      el.object({ data: "/x", type: "text/html" }),
      el.output({ for: "a b" }),
      el.label({ for: "x" }),
      el.base({ target: "_top" }),
      el.html({ lang: "de" }),
      el.body({ onload: call("f") }),
      el.bdo({ dir: "rtl" }),
      el.fieldset({ disabled: true, form: "f" }),
      el.audio({ controls: true, preload: "none" }),
      el.q({ cite: "/x" }),
      el.del({ datetime: "2020" }),
      el.math({ display: "block" }),
      el.mi({ mathvariant: "normal" }),
    ];
    expectTypeOf(right).toExtend<readonly Html[]>();
  });

  test("take nothing else", () => {
    const wrong = () => [
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.a({ referrerpolicy: "all" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.a({ download: 3 }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.a({ src: "/x" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.input({ type: "datetime" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.input({ inputmode: "number" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.input({ enterkeyhint: "ok" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.input({ maxlength: "five" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.input({ size: "big" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.input({ checked: "yes" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.input({ autocomplete: true }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.input({ capture: "front" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.input({ popovertargetaction: "open" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.button({ type: "link" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.button({ formmethod: "put" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.button({ formenctype: "json" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.button({ command: "open" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.button({ disabled: "false" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.form({ method: "delete" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.form({ enctype: "application/json" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.form({ autocomplete: "maybe" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.form({ novalidate: "novalidate-x" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.img({ loading: "auto" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.img({ decoding: "fast" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.img({ fetchpriority: "medium" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.img({ crossorigin: "yes" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.img({ width: "100%" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.img({ width: "10px" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.img({ href: "/" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.iframe({ loading: "now" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.video({ preload: "all" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.video({ width: "wide" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.track({ kind: "subtitle" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.link({ as: "js" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.link({ blocking: "all" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.meta({ charset: "latin1" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.script({ defer: "yes" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.th({ scope: "column" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.td({ colspan: "two" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.td({ scope: "row" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.ol({ type: "b" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.ol({ start: "one" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.textarea({ wrap: "off-x" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.textarea({ type: "text" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.textarea({ rows: "many" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.select({ value: "x" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.details({ open: "yes" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.dialog({ closedby: "esc" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ dir: "left" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ translate: "maybe" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ hidden: "yes" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ popover: "hidden" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ contenteditable: "text" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ tabindex: "first" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ autocapitalize: "all" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ role: 3 }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ "aria-live": "loud" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ "aria-current": "now" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ "aria-checked": "maybe" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ "aria-level": "high" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ "aria-haspopup": "popup" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ onclick: "alert(1)" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ style: "color:red" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ class: { a: true } }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.p({ className: "a" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.path({ "stroke-linecap": "circle" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.path({ "fill-rule": "odd" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.circle({ cx: true }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.area({ shape: "polygon-x" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.canvas({ width: "3em" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.progress({ value: "half" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.col({ span: "all" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.template({ shadowrootmode: "private" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.bdo({ dir: "auto-x" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.math({ display: "flex" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.li({ value: "x" }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      el.br({ clear: 3 }),
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      <td colspan="wide">x</td>,
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      <p onclick="x()">x</p>,
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      <p>{{ a: 1 }}</p>,
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      <p>{new Date()}</p>,
      // @ts-expect-error -- no value of this attribute, or no attribute of this element
      <label htmlFor="x">x</label>,
    ];
    expectTypeOf(wrong).toBeFunction();
  });
});
