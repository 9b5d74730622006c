import { describe, expectTypeOf, test } from "vitest";
import { el, type Html } from "../../lib/html/index.ts";

declare const isOpen: boolean;
declare const text: string;

describe("attributes that take one of the standard's words, or a list of them", () => {
  test("take those words", () => {
    const right = (): readonly Html[] => [
      el.iframe({ sandbox: true }),
      el.iframe({ sandbox: "" }),
      el.iframe({ sandbox: null }),
      el.iframe({ sandbox: "allow-scripts" }),
      el.iframe({ sandbox: "allow-forms allow-modals" }),
      el.iframe({ sandbox: "allow-scripts allow-forms allow-popups allow-downloads" }),
      el.iframe({ sandbox: () => "allow-presentation" }),
      el.iframe({ sandbox: Promise.resolve("allow-same-origin" as const) }),
      el.iframe({ sandbox: isOpen ? "allow-scripts" : "" }),
      <iframe title="x" sandbox="allow-top-navigation-by-user-activation allow-pointer-lock" />,
      el.input({ autocomplete: "" }),
      el.input({ autocomplete: "off" }),
      el.input({ autocomplete: "on" }),
      el.input({ autocomplete: "email" }),
      el.input({ autocomplete: "username webauthn" }),
      el.input({ autocomplete: "webauthn" }),
      el.input({ autocomplete: "shipping postal-code" }),
      el.input({ autocomplete: "home tel" }),
      el.input({ autocomplete: "section-b billing work tel-national" }),
      el.input({ autocomplete: "one-time-code" }),
      el.input({ autocomplete: "new-password" }),
      el.input({ autocomplete: "cc-exp-month" }),
      el.input({ autocomplete: "bday" }),
      el.input({ autocomplete: isOpen ? "current-password" : "off" }),
      el.select({ autocomplete: "country" }),
      el.select({ autocomplete: "address-level1" }),
      el.textarea({ autocomplete: "street-address" }),
      <input autocomplete="address-line2" />,
      el.input({ autocomplete: undefined }),
      el.video({ controlslist: "nodownload" }),
      el.video({ controlslist: "nodownload nofullscreen" }),
      el.audio({ controlslist: "noremoteplayback nodownload nofullscreen" }),
      el.form({ "accept-charset": "utf-8" }),
      el.form({ "accept-charset": "UTF-8" }),
      el.form({ autocomplete: "on" }),
      el.p({ is: "word-count" }),
      el.button({ is: "a-b-c" }),
      el.path({ "vector-effect": "non-scaling-stroke" }),
      el.path({ "shape-rendering": "crispEdges" }),
      el.text({ "text-rendering": "optimizeLegibility" }),
      el.path({ "vector-effect": null }),
    ];
    expectTypeOf(right).toBeFunction();
  });

  test("take no other text", () => {
    const wrong = () => [
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: "allow-script" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: "allow_scripts" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: "scripts" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: "Allow-Scripts" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: "allow-scripts,allow-forms" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: "allow-scripts allow-form" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: "allow-popup allow-forms" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: "allow-all" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: "true" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: "sandbox" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: 1 }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: text }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: ["allow-scripts"] }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: () => "allow-everything" }),
      // @ts-expect-error -- no word of this attribute
      el.iframe({ sandbox: Promise.resolve("allow-cookies" as const) }),
      // @ts-expect-error -- no word of this attribute
      <iframe title="x" sandbox="allow-scripts; allow-forms" />,
      // @ts-expect-error -- no word of this attribute
      <iframe title="x" sandbox={{ scripts: true }} />,
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "emial" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "e-mail" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "phone" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "zip" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "password" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "false" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: false }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: 0 }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "email shipping" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "billing" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "firstname" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "address-line4" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "cc-expiry" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: text }),
      // @ts-expect-error -- no word of this attribute
      el.select({ autocomplete: "state" }),
      // @ts-expect-error -- no word of this attribute
      el.textarea({ autocomplete: "address" }),
      // @ts-expect-error -- no word of this attribute
      el.input({ autocomplete: "telephone" }),
      // @ts-expect-error -- no word of this attribute
      el.video({ controlslist: "download" }),
      // @ts-expect-error -- no word of this attribute
      el.video({ controlslist: "nodownload, nofullscreen" }),
      // @ts-expect-error -- no word of this attribute
      el.audio({ controlslist: true }),
      // @ts-expect-error -- no word of this attribute
      el.form({ "accept-charset": "latin1" }),
      // @ts-expect-error -- no word of this attribute
      el.form({ autocomplete: "email" }),
      // @ts-expect-error -- no word of this attribute
      el.p({ is: "wordcount" }),
      // @ts-expect-error -- no word of this attribute
      el.path({ "vector-effect": "non-scaling" }),
      // @ts-expect-error -- no word of this attribute
      el.path({ "shape-rendering": "crisp-edges" }),
      // @ts-expect-error -- no word of this attribute
      el.text({ "text-rendering": "optimizeQuality" }),
    ];
    expectTypeOf(wrong).toBeFunction();
  });
});
