const words = (text: string): readonly string[] => text.split(" ");

/** Elements that only SVG or MathML have: a template that begins with one is a piece of a picture or formula. */
const FOREIGN_TAGS: ReadonlySet<string> = new Set(
  words(
    "animate animatemotion animatetransform circle clippath defs ellipse feblend fecolormatrix fecomponenttransfer fecomposite " +
      "feconvolvematrix fediffuselighting fedisplacementmap fedistantlight fedropshadow feflood fefunca fefuncb fefuncg fefuncr " +
      "fegaussianblur feimage femerge femergenode femorphology feoffset fepointlight fespecularlighting fespotlight fetile " +
      "feturbulence filter foreignobject g image line lineargradient marker mask mpath path pattern polygon polyline " +
      "radialgradient rect set stop switch symbol text textpath tspan use view " +
      "maction mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup " +
      "msup mtable mtd mtext mtr munder munderover none semantics",
  ),
);

/** The HTML standard's "adjust SVG attributes" and "adjust MathML attributes": the parser knows these by their lower-case names. */
const ADJUSTED: ReadonlyMap<string, string> = new Map(
  words(
    "attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode filterUnits glyphRef " +
      "gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lengthAdjust limitingConeAngle " +
      "markerHeight markerUnits markerWidth maskContentUnits maskUnits numOctaves pathLength patternContentUnits " +
      "patternTransform patternUnits pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio primitiveUnits refX refY " +
      "repeatCount repeatDur requiredExtensions requiredFeatures specularConstant specularExponent spreadMethod startOffset " +
      "stdDeviation stitchTiles surfaceScale systemLanguage tableValues targetX targetY textLength viewBox viewTarget " +
      "xChannelSelector yChannelSelector zoomAndPan definitionURL",
  ).map((name) => [name.toLowerCase(), name]),
);

/** Tells whether only SVG or MathML have elements of this name; in lower case. */
export function isForeignTag(tag: string): boolean {
  return FOREIGN_TAGS.has(tag);
}

/**
 * The name by which `setAttribute` finds what the parser made of an attribute. A template does not know whether it will stand in SVG,
 * and need not: on elements of HTML `setAttribute` takes the name in lower case.
 */
export function domName(lower: string): string {
  return ADJUSTED.get(lower) ?? lower;
}
