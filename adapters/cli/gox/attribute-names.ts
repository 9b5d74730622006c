// The attributes that are not simply their JSX name in lower case.

/** Those of SVG that keep their case. */
const CASED: ReadonlySet<string> = new Set(
  (
    "attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode filterUnits glyphRef " +
    "gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lengthAdjust limitingConeAngle " +
    "markerHeight markerUnits markerWidth maskContentUnits maskUnits numOctaves pathLength patternContentUnits patternTransform " +
    "patternUnits pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio primitiveUnits refX refY repeatCount repeatDur " +
    "requiredExtensions requiredFeatures specularConstant specularExponent spreadMethod startOffset stdDeviation stitchTiles " +
    "surfaceScale systemLanguage tableValues targetX targetY textLength viewBox viewTarget xChannelSelector yChannelSelector zoomAndPan"
  ).split(" "),
);

/** Those of HTML and SVG with hyphens, by their name in lower case without. */
const HYPHENATED: ReadonlyMap<string, string> = new Map(
  (
    "accept-charset http-equiv alignment-baseline baseline-shift clip-path clip-rule color-interpolation color-interpolation-filters " +
    "color-profile color-rendering dominant-baseline enable-background fill-opacity fill-rule flood-color flood-opacity font-family " +
    "font-size font-size-adjust font-stretch font-style font-variant font-weight glyph-orientation-horizontal " +
    "glyph-orientation-vertical image-rendering letter-spacing lighting-color marker-end marker-mid marker-start mask-type " +
    "paint-order pointer-events shape-rendering stop-color stop-opacity stroke-dasharray stroke-dashoffset stroke-linecap " +
    "stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration text-rendering transform-origin " +
    "unicode-bidi vector-effect word-spacing writing-mode"
  )
    .split(" ")
    .map((name) => [name.replaceAll("-", ""), name]),
);

const OTHER: ReadonlyMap<string, string> = new Map([
  ["className", "class"],
  ["htmlFor", "for"],
  ["defaultValue", "value"],
  ["defaultChecked", "checked"],
  ["xlinkHref", "xlink:href"],
  ["xmlLang", "xml:lang"],
  ["xmlSpace", "xml:space"],
]);

/** A JSX name as HTML has it. */
export function htmlName(name: string): string {
  if (/[-:]/.test(name) || CASED.has(name)) return name;
  const lower = name.toLowerCase();
  return OTHER.get(name) ?? (name === lower ? name : (HYPHENATED.get(lower) ?? lower));
}
