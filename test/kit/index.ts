/**
 * The test kit: a real kernel and agent loop around your extension, with a scripted model and a scripted user.
 * See `docs/testing.md`.
 */
export type { BundledId } from './bundled.ts';
export { entryOf } from './entry-of.ts';
export { type FakeClock, fakeClock } from './fake-clock.ts';
export { fakeSession } from './fake-session.ts';
export { createHarness, type Harness, type HarnessOptions } from './harness.ts';
export { containsToolResult, registerMatchers } from './matchers.ts';
export { fromRecording, recordTo } from './recording.ts';
export type { Run, RunCall, SeenRequest, SeenToolResult } from './run.ts';
export { callTool, fail, type Script, type ScriptLine, type ScriptPart, say, stall, think } from './script.ts';
export type { Answers } from './scripted-surface.ts';
export { type ExpectedDiagnostic, StrictError } from './strictness.ts';
export { type TempProject, tempProject } from './temp-project.ts';
export { type TestHost, type TestHostOptions, testHost } from './test-host.ts';
