/**
 * What the format says of each event, written down once more and in other words than the program has it: a test compares
 * the two.
 */
export interface EventSpec {
  /** Exit code 2. `deny`: what was to happen does not; `go-on`: what was to end goes on. */
  readonly exit2: 'deny' | 'go-on' | 'model' | 'user' | 'nothing';
  /** `decision: "block"`. */
  readonly block: EventSpec['exit2'];
  /** `continue: false`. `end`: the turn ends after the calls of this answer. */
  readonly stop: 'deny' | 'deny+end' | 'end' | 'nothing';
  /** `additionalContext`. */
  readonly context: 'now' | 'next turn' | 'go-on' | 'nothing';
  /** Plain text of a command that ended with 0. */
  readonly plain?: 'now' | 'next turn';
  readonly types: 'all' | 'no model' | 'no session' | 'at start';
  /** What a model's `ok: false` comes to, of the types prompt, prompt with `continueOnBlock`, agent. */
  readonly no?: readonly [prompt: Refusal, goesOn: Refusal, agent: Refusal];
  /** A failure never counts as a refusal. */
  readonly failsOpen?: true;
  /** Types whose handlers refuse when they are late. */
  readonly late?: readonly string[];
}
export type Refusal = 'deny' | 'deny+end' | 'model' | 'model+end' | 'go-on' | 'nothing';

const nothing = { exit2: 'nothing', block: 'nothing', stop: 'nothing', context: 'nothing' } as const;
const toUser = { ...nothing, exit2: 'user' } as const;
const gate = { exit2: 'deny', block: 'deny', stop: 'deny', context: 'now' } as const;
const refuses = ['deny', 'deny', 'deny'] as const;

export const EVENT_SPEC: Readonly<Record<string, EventSpec>> = {
  PreToolUse: { ...gate, stop: 'deny+end', types: 'all', no: ['deny+end', 'deny', 'deny'], late: ['callback'] },
  PermissionRequest: { ...nothing, stop: 'deny+end', types: 'all', no: ['nothing', 'nothing', 'nothing'] },
  PermissionDenied: { ...nothing, types: 'all', no: ['nothing', 'nothing', 'nothing'] },
  PostToolUse: {
    ...{ exit2: 'model', block: 'model', stop: 'end', context: 'now' },
    ...{ types: 'all', no: ['model+end', 'model', 'model'] },
  },
  PostToolUseFailure: {
    ...{ exit2: 'model', block: 'nothing', stop: 'end', context: 'now' },
    ...{ types: 'all', no: ['model', 'model', 'model'] },
  },
  PostToolBatch: { ...gate, types: 'all', no: refuses },
  UserPromptSubmit: { ...gate, plain: 'now', types: 'all', no: refuses, late: ['callback'] },
  UserPromptExpansion: { ...gate, plain: 'now', types: 'all', no: refuses },
  MessageDisplay: { ...nothing, types: 'no model' },
  Stop: {
    ...{ exit2: 'go-on', block: 'go-on', stop: 'nothing', context: 'go-on' },
    ...{ types: 'all', no: ['go-on', 'go-on', 'go-on'], failsOpen: true },
  },
  StopFailure: { ...nothing, types: 'no model' },
  PreModelSwitch: {
    ...{ ...gate, context: 'nothing', types: 'no model' },
    ...{ late: ['command', 'http', 'mcp_tool', 'callback'] },
  },
  PostModelSwitch: { ...nothing, context: 'next turn', plain: 'next turn', types: 'no model' },
  QueryStart: { ...gate, types: 'all', no: refuses },
  QueryEnd: { ...toUser, types: 'all', no: ['nothing', 'nothing', 'nothing'] },
  SubagentStart: { ...toUser, context: 'now', types: 'no model' },
  SubagentStop: {
    ...{ exit2: 'go-on', block: 'go-on', stop: 'nothing', context: 'go-on' },
    ...{ types: 'all', no: ['go-on', 'go-on', 'go-on'], failsOpen: true },
  },
  TaskCreated: { ...gate, context: 'nothing', types: 'all', no: refuses },
  TaskCompleted: { ...gate, context: 'nothing', types: 'all', no: refuses, failsOpen: true },
  TeammateIdle: {
    ...{ exit2: 'deny', block: 'nothing', stop: 'nothing', context: 'nothing' },
    ...{ types: 'all', no: ['nothing', 'deny', 'deny'], failsOpen: true },
  },
  Elicitation: { ...nothing, exit2: 'deny', stop: 'deny', types: 'no model' },
  ElicitationResult: { ...nothing, exit2: 'deny', stop: 'deny', types: 'no model' },
  SessionStart: { ...toUser, context: 'now', plain: 'now', types: 'at start' },
  SessionEnd: { ...toUser, types: 'no model' },
  Setup: { ...toUser, types: 'at start' },
  InstructionsLoaded: { ...nothing, types: 'no model' },
  Notification: { ...nothing, types: 'no model' },
  // the file is written by the time that anybody is told
  ConfigChange: { ...toUser, block: 'user', types: 'no session' },
  CwdChanged: { ...toUser, types: 'no model' },
  DirectoryAdded: { ...nothing, types: 'no model' },
  FileChanged: { ...toUser, types: 'no model' },
  WorktreeCreate: { ...nothing, exit2: 'deny', types: 'no model' },
  WorktreeRemove: { ...toUser, types: 'no model' },
  PreCompact: { ...gate, context: 'nothing', types: 'no model' },
  PostCompact: { ...toUser, types: 'no model' },
  PreCommand: { ...gate, types: 'all', no: refuses },
  PostCommand: { ...toUser, context: 'next turn', types: 'all', no: ['nothing', 'nothing', 'nothing'] },
};
