import { ModelError, type SessionRef } from 'tenon/plugin-api';

const usage = { input_tokens: 1, output_tokens: 1 };
const reasons = { reasons: [], context: [] } as const;

/** A value for the hook of each event. */
export function eventValues(session: SessionRef): Readonly<Record<string, object>> {
  const call = { session, id: 'toolu_1', tool: 'Bash', input: { command: 'git push' } };
  const question = { toolUseId: 'toolu_1', reason: 'a rule asks', suggestions: [] };
  const task = { id: '1', subject: 'write tests', description: 'all of them' };
  const model = { session, from: 'small', to: 'large', reason: 'user' };
  return {
    PreToolUse: { ...call, ...reasons, verdict: 'none' },
    PermissionRequest: { ...call, ...question },
    PermissionDenied: { ...call, reason: 'a rule denies it' },
    PostToolUse: { ...call, context: [], durationMs: 5, output: { content: 'pushed', output: bash('pushed') } },
    PostToolUseFailure: { ...call, context: [], durationMs: 5, error: 'Exit code 1', interrupted: false },
    PostToolBatch: {
      ...{ session, ...reasons, verdict: 'none' },
      outcomes: [{ id: 'toolu_1', tool: 'Bash', input: {}, isError: false, content: 'pushed' }],
    },
    UserPromptSubmit: { session, text: 'go', images: [], source: 'user', ...reasons, verdict: 'none' },
    UserPromptExpansion: {
      ...{ session, command: 'deploy', args: 'now', source: 'user', prompt: '/deploy now', text: 'Deploy it.' },
      ...{ ...reasons, verdict: 'none' },
    },
    MessageDisplay: { session, messageId: 'msg_1', text: 'Hello.' },
    Stop: { session, lastMessage: 'done', active: false, ...reasons, verdict: 'stop' },
    StopFailure: { session, error: new ModelError('overloaded', 'try later') },
    PreModelSwitch: { ...model, verdict: 'none', reasons: [] },
    PostModelSwitch: model,
    QueryStart: { session, prompt: 'go', model: 'large', turnCount: 0, ...reasons, verdict: 'none' },
    QueryEnd: {
      ...{ session, turns: 1, usage, totalCostUsd: 0, durationMs: 10 },
      ...{ lastMessage: 'done', outcome: 'success' },
    },
    SubagentStart: { session, agent: 'Explore', prompt: 'look', context: [] },
    SubagentStop: { session, agent: 'Explore', lastMessage: 'found', active: false, ...reasons, verdict: 'stop' },
    TaskCreated: { session, task, verdict: 'none', reasons: [] },
    TaskCompleted: { session, task, verdict: 'none', reasons: [] },
    TeammateIdle: { session, task: { name: 'ann', team: 'red' }, verdict: 'none', reasons: [] },
    Elicitation: { session, server: 'db', request: { message: 'which one?', mode: 'form' } },
    ElicitationResult: { session, server: 'db', request: { action: 'accept', content: { name: 'x' } } },
    SessionStart: { session, source: 'startup', context: [], env: {}, initialMessage: undefined },
    SessionEnd: { session, reason: 'other' },
    Setup: { session, trigger: 'init' },
    InstructionsLoaded: { session, path: '/p/CLAUDE.md', kind: 'Project', reason: 'session_start' },
    Notification: { session, kind: 'idle_prompt', message: 'waiting', title: 'Tenon' },
    ConfigChange: { layers: [], changed: { source: 'user', path: '/home/x/settings.json' } },
    CwdChanged: { session, from: '/a', to: '/b' },
    DirectoryAdded: { session, directory: '/c', source: 'slash_command' },
    FileChanged: { session, path: '/p/.env', event: 'change' },
    WorktreeCreate: { session, name: 'w-1' },
    WorktreeRemove: { session, path: '/p/w-1' },
    PreCompact: { session, messages: [], reason: 'manual', instructions: 'keep the names' },
    PostCompact: { session, before: 10, after: 2, summary: 'short', reason: 'manual' },
    PreCommand: { session, name: 'deploy', args: 'now', source: 'slash', origin: 'user', ...reasons, verdict: 'none' },
    PostCommand: { session, name: 'deploy', args: 'now', source: 'slash', output: 'ok', ok: true, ms: 3 },
  };
}

/** What Bash gives back. */
function bash(stdout: string): object {
  return { stdout, stderr: '', interrupted: false, isImage: false };
}
