/**
 * The route table, frozen and made for speed: generated code, or packed arrays where code may not be generated.
 * @packageDocumentation
 */
export type { Params, ParamsFactory } from "../params.ts";
export { bindDispatch } from "./bind-dispatch.ts";
export { type CompilableRouter, type CompileOptions, compileRouter } from "./compile-router.ts";
export type { Dispatch, DispatchFinder, DispatchKit } from "./dispatch.ts";
export { type GeneratedDispatch, type GenerateOptions, generateDispatch } from "./generate-dispatch.ts";
