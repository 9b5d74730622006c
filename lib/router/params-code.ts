import { PARAMS_PROTOTYPE, type ParamsFactory } from "./params.ts";

/** A constructor of params objects with certain names, as code; `prototype` must be in scope. */
export function paramsCode(names: readonly string[]): string {
  const values = valueNames(names);
  const fields = names.map((name, i) => `this[${JSON.stringify(name)}] = ${values[i]};`);
  const body = `function Params(${values.join(", ")}) { ${fields.join(" ")} }`;
  return `(() => { ${body} Params.prototype = prototype; return Params; })()`;
}

/** A function that makes params objects with certain names, as code; `prototype` must be in scope. */
export function factoryCode(names: readonly string[]): string {
  const values = valueNames(names).join(", ");
  return `((Params) => (${values}) => new Params(${values}))(${paramsCode(names)})`;
}

/**
 * Makes a maker of params objects of one fixed shape: stores by name cost a quarter of a search with parameters (bench
 * "router", "203 routes, params"). `undefined` where code may not be generated: under a content security policy, or a
 * flag of Node. Names enter the code as JSON; they are letters, digits, `_` or `*` anyway.
 */
export function makeFactory(names: readonly string[]): ParamsFactory | undefined {
  if (!mayGenerate()) return undefined;
  return new Function("prototype", `return ${factoryCode(names)};`)(PARAMS_PROTOTYPE);
}

/** Whether code may be generated here. */
export function mayGenerate(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}

function valueNames(names: readonly string[]): readonly string[] {
  return names.map((_, i) => `v${i}`);
}
