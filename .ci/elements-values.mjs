// What attributes take, where the data does not say: by name, or by tag and name. Used by elements.mjs.
const set = (text) => new Set(text.split(" "));

const UNITS = "userSpaceOnUse objectBoundingBox";
const TRUTH = "boolean true false"; // the core writes these as words
const TRANSFER = "identity table discrete linear gamma";
const METHODS = "=m GET POST DIALOG";
const AS =
  "audio audioworklet document embed fetch font frame iframe image json manifest object paintworklet report script serviceworker " +
  "sharedworker style text track video webidentity worker xslt";
const BLEND =
  "normal multiply screen overlay darken lighten color-dodge color-burn hard-light soft-light difference exclusion hue saturation " +
  "color luminosity";

/** Words: `=x` is the editor data's list x, `''` the empty value, `boolean` the type, and a back quote starts a template type. */
export const VALUES = {
  autocapitalize: "off none on sentences words characters",
  autocorrect: "=o ''",
  contenteditable: "boolean true false plaintext-only ''",
  dir: "=d",
  draggable: "boolean =b",
  enterkeyhint: "=enterkeyhint",
  hidden: "boolean until-found hidden ''",
  inputmode: "none text decimal numeric tel search email url",
  popover: "boolean =popover ''",
  spellcheck: "boolean =b ''",
  translate: "=y ''",
  writingsuggestions: "boolean =b ''",
  virtualkeyboardpolicy: "auto manual ''",
  blocking: "render",
  closedby: "any closerequest none",
  crossorigin: "boolean =xo ''",
  decoding: "=decoding",
  fetchpriority: "=fetchpriority",
  formenctype: "=et",
  formmethod: METHODS,
  loading: "=loading",
  popovertargetaction: "toggle show hide",
  preload: "boolean =pl ''",
  referrerpolicy: "=referrerpolicy ''",
  shadowrootmode: "open closed",
  shadowrootslotassignment: "named manual",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a type
  is: "`${string}-${string}`",
  "area.shape": "=sh",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a type
  "button.command": "show-modal close request-close show-popover hide-popover toggle-popover `--${string}`",
  "button.type": "=bt",
  "form.accept-charset": "utf-8 UTF-8",
  "form.autocomplete": "=o",
  "form.enctype": "=et",
  "form.method": METHODS,
  "input.capture": "boolean user environment",
  "input.colorspace": "limited-srgb display-p3",
  "input.type": "=t",
  "link.as": AS,
  "meta.charset": "utf-8 UTF-8",
  "meta.http-equiv":
    "content-type Content-Type default-style Default-Style refresh Refresh x-ua-compatible X-UA-Compatible content-security-policy " +
    "Content-Security-Policy",
  "ol.type": "=lt",
  "textarea.wrap": "=w",
  "th.scope": "=s",
  "track.kind": "=tk",

  "xlink:actuate": "none onLoad onRequest other",
  "xlink:show": "embed new none other replace",

  "clip-rule": "nonzero evenodd inherit",
  "color-interpolation": "auto sRGB linearRGB inherit",
  "color-interpolation-filters": "auto sRGB linearRGB inherit",
  direction: "ltr rtl inherit",
  "fill-rule": "nonzero evenodd inherit",
  "pointer-events":
    "bounding-box visiblePainted visibleFill visibleStroke visible painted fill stroke all none auto inherit",
  "shape-rendering": "auto optimizeSpeed crispEdges geometricPrecision inherit",
  "text-rendering": "auto optimizeSpeed optimizeLegibility geometricPrecision inherit",
  "vector-effect": "none non-scaling-stroke non-scaling-size non-rotation fixed-position inherit",
  "stroke-linecap": "butt round square inherit",
  "stroke-linejoin": "arcs bevel miter miter-clip round inherit",
  "text-anchor": "start middle end inherit",
  visibility: "visible hidden collapse inherit",
  accumulate: "none sum",
  additive: "replace sum",
  attributeType: "CSS XML auto",
  calcMode: "discrete linear paced spline",
  clipPathUnits: UNITS,
  edgeMode: "duplicate wrap mirror none",
  filterUnits: UNITS,
  gradientUnits: UNITS,
  lengthAdjust: "spacing spacingAndGlyphs",
  markerUnits: "strokeWidth userSpaceOnUse",
  maskContentUnits: UNITS,
  maskUnits: UNITS,
  patternContentUnits: UNITS,
  patternUnits: UNITS,
  externalResourcesRequired: TRUTH,
  focusable: "boolean true false auto",
  preserveAlpha: TRUTH,
  primitiveUnits: UNITS,
  restart: "always whenNotActive never",
  spreadMethod: "pad reflect repeat",
  stitchTiles: "noStitch stitch",
  xChannelSelector: "R G B A",
  yChannelSelector: "R G B A",
  "animateTransform.type": "translate scale rotate skewX skewY",
  "feBlend.mode": BLEND,
  "feColorMatrix.type": "matrix saturate hueRotate luminanceToAlpha",
  "feComposite.operator": "over in out atop xor lighter arithmetic",
  "feFuncA.type": TRANSFER,
  "feFuncB.type": TRANSFER,
  "feFuncG.type": TRANSFER,
  "feFuncR.type": TRANSFER,
  "feMorphology.operator": "erode dilate",
  "feTurbulence.type": "fractalNoise turbulence",
  "textPath.method": "align stretch",
  "textPath.side": "left right",
  "textPath.spacing": "auto exact",

  accentunder: TRUTH,
  displaystyle: TRUTH,
  largeop: TRUTH,
  movablelimits: TRUTH,
  stretchy: TRUTH,
  symmetric: TRUTH,
  "math.display": "block inline",
  "mi.mathvariant": "normal",
  "mo.form": "prefix infix postfix",
  "mover.accent": TRUTH,
  "munderover.accent": TRUTH,
};

export const BOOLEAN = set(
  "allowfullscreen alpha async autofocus autoplay checked controls default defer disabled disablepictureinpicture " +
    "disableremoteplayback formnovalidate headingreset inert ismap itemscope loop multiple muted nomodule novalidate open " +
    "playsinline readonly required reversed selected shadowrootclonable shadowrootcustomelementregistry " +
    "shadowrootdelegatesfocus shadowrootserializable webkitdirectory",
);

/** Text that may also stand bare. */
export const OPEN = set("a.download area.download");

/** Lists with a type of their own in values.ts. */
export const LISTS = {
  sandbox: "SandboxAttribute",
  "input.autocomplete": "AutofillAttribute",
  "select.autocomplete": "AutofillAttribute",
  "textarea.autocomplete": "AutofillAttribute",
  controlslist: 'Attribute<TokenList<"nodownload" | "nofullscreen" | "noremoteplayback">>',
};

/** Digits alone. Lengths of SVG and MathML, and the bounds of an input, which may be dates, are text. */
export const NUMBER = set(
  "cols colspan columnspan headingoffset high low maxlength minlength optimum rows rowspan size span start tabindex li.value " +
    "meter.max meter.min meter.value progress.max progress.value " +
    ["canvas", "embed", "iframe", "img", "input", "object", "source", "video"]
      .map((tag) => `${tag}.height ${tag}.width`)
      .join(" "),
);

export const URLS = set(
  "action attributionsrc cite data formaction href imagesrcset itemid itemtype ping poster src srcset xlink:href",
);

/** Roles of ARIA 1.3, of graphics and of publishing that the editor data does not have. */
export const MORE_ROLES = (
  "caption code comment deletion emphasis generic image insertion mark meter paragraph sectionfooter sectionheader strong subscript " +
  "suggestion superscript time none presentation graphics-document graphics-object graphics-symbol doc-pagefooter doc-pageheader " +
  "doc-biblioentry doc-endnote"
).split(" ");
