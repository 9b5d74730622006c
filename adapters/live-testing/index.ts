/**
 * Tests of live views: a view in memory, used as a person would, without a browser.
 * @packageDocumentation
 */
export type { FieldValue, FormFields } from "./actions.ts";
export { createVirtualClock, type VirtualClock } from "./clock.ts";
export type { SeenFrame } from "./connection.ts";
export type { TestFile } from "./controls.ts";
export type { Target, TestElement } from "./element.ts";
export { type MountOptions, mountView, openPage, type PageOptions, testPlatform } from "./mount.ts";
export type { LivePage } from "./page.ts";
export type { SeenCommand, SeenReport } from "./tab.ts";
