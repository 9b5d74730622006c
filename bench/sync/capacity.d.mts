export interface World {
  readonly documents: number;
  readonly connections: number;
  readonly nodes: number;
  readonly snapshotBytes: number;
  readonly readers: number;
  readonly editsPerSecond: number;
  readonly writers?: number;
}
export type Figures = Readonly<Record<string, number>>;
export const CONSTANTS: Record<
  | "connectionBytes"
  | "documentBytes"
  | "textFactor"
  | "editsPerCpuSecond"
  | "heardPerCpuSecond"
  | "deliveriesPerCpuSecond",
  number
>;
export const MILLION: World;
export function capacity(world: World, constants?: Figures): { readonly copies: number; readonly perNode: Figures };
export function simulate(
  world: World,
  options?: { readonly seconds?: number; readonly random?: () => number; readonly constants?: Figures },
): { readonly before: Figures; readonly after: Figures };
/** What docs/scaling.md says of constants. */
export function statements(constants?: Figures): readonly string[];
