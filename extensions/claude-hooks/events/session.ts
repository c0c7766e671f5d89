import { isAbsolute, resolve } from 'node:path';
import type { ConfigLayer, WorktreeCreate } from 'tenon/plugin-api';
import { type Answer, isText, joined, lastField } from '../answer.ts';
import { ALL_TYPES, type AnyMapping, AT_START, NO_MODEL, row } from '../event-mapping.ts';
import { refusal } from './prompt.ts';

/** Events about the life of a session and what surrounds it. */
export const sessionEvents: readonly AnyMapping[] = [
  row<'SessionStart'>({
    event: 'SessionStart',
    hook: 'SessionStart',
    subject: ({ source }) => source,
    types: AT_START,
    mode: false,
    input: ({ session, source }, world) => {
      const model = world.model(session);
      return { source, ...(model !== undefined && { model }) };
    },
    plain: true,
    exit2: 'user',
    patch(answer, value) {
      const initialMessage = lastField(answer, 'initialUserMessage', isText);
      const takes = 'initialMessage' in value && initialMessage !== undefined && initialMessage.trim() !== '';
      return { context: answer.context, ...(takes && { initialMessage }) };
    },
  }),
  row<'SessionEnd'>({
    event: 'SessionEnd',
    hook: 'SessionEnd',
    subject: ({ reason }) => reason,
    types: NO_MODEL,
    mode: false,
    input: ({ reason }) => ({ reason }),
    exit2: 'user',
  }),
  row<'Setup'>({
    event: 'Setup',
    hook: 'Setup',
    subject: ({ trigger }) => trigger,
    types: AT_START,
    mode: false,
    input: ({ trigger }) => ({ trigger }),
    exit2: 'user',
  }),
  row<'InstructionsLoaded'>({
    event: 'InstructionsLoaded',
    hook: 'InstructionsLoaded',
    subject: ({ reason }) => reason,
    types: NO_MODEL,
    mode: false,
    input: ({ path, kind, reason, globs, trigger, parent }) => ({
      file_path: path,
      memory_type: kind,
      load_reason: reason,
      ...(globs !== undefined && { globs }),
      ...(trigger !== undefined && { trigger_file_path: trigger }),
      ...(parent !== undefined && { parent_file_path: parent }),
    }),
    exit2: 'none',
  }),
  row<'Notification'>({
    event: 'Notification',
    hook: 'Notification',
    subject: ({ kind }) => kind,
    types: NO_MODEL,
    mode: false,
    input: ({ message, title, kind }) => ({
      message,
      ...(title !== undefined && { title }),
      notification_type: kind,
    }),
    exit2: 'none',
  }),
  row<'ConfigChange'>({
    event: 'ConfigChange',
    hook: 'ConfigChange',
    subject: ({ changed }) => SETTINGS[changed?.source ?? 'user'],
    types: NO_MODEL,
    mode: false,
    input: ({ changed }) => ({
      source: SETTINGS[changed?.source ?? 'user'],
      ...(changed?.path !== undefined && { file_path: changed.path }),
    }),
    // the file is written already
    exit2: 'user',
    decision: 'user',
  }),
  row<'CwdChanged'>({
    event: 'CwdChanged',
    hook: 'CwdChanged',
    types: NO_MODEL,
    mode: false,
    input: ({ from, to }) => ({ old_cwd: from, new_cwd: to }),
    exit2: 'user',
  }),
  row<'DirectoryAdded'>({
    event: 'DirectoryAdded',
    hook: 'DirectoryAdded',
    subject: ({ source }) => source,
    types: NO_MODEL,
    mode: false,
    input: ({ directory, source }) => ({ directory, source }),
    exit2: 'none',
  }),
  row<'FileChanged'>({
    event: 'FileChanged',
    hook: 'FileChanged',
    subject: ({ path }) => path,
    matcher: 'files',
    types: NO_MODEL,
    mode: false,
    input: ({ path, event }) => ({ file_path: path, event }),
    exit2: 'user',
  }),
  row<'WorktreeCreate'>({
    event: 'WorktreeCreate',
    hook: 'WorktreeCreate',
    types: NO_MODEL,
    mode: false,
    input: ({ name }) => ({ name }),
    exit2: 'block',
    patch: worktreeCreate,
  }),
  row<'WorktreeRemove'>({
    event: 'WorktreeRemove',
    hook: 'WorktreeRemove',
    types: NO_MODEL,
    mode: false,
    input: ({ path }) => ({ worktree_path: path }),
    exit2: 'user',
  }),
  row<'PreCompact'>({
    event: 'PreCompact',
    hook: 'PreCompact',
    subject: ({ reason }) => reason,
    types: NO_MODEL,
    mode: false,
    input: ({ reason, instructions }) => ({ trigger: reason, custom_instructions: instructions }),
    exit2: 'block',
    decision: 'block',
    patch(answer) {
      const why = answer.stopped ?? joined(answer.blocks);
      return why === undefined ? undefined : { cancel: why };
    },
  }),
  row<'PostCompact'>({
    event: 'PostCompact',
    hook: 'PostCompact',
    subject: ({ reason }) => reason ?? 'auto',
    types: NO_MODEL,
    mode: false,
    input: ({ reason, summary }) => ({ trigger: reason ?? 'auto', compact_summary: summary }),
    exit2: 'user',
  }),
  row<'PreCommand'>({
    event: 'PreCommand',
    hook: 'PreCommand',
    subject: commandName,
    types: ALL_TYPES,
    seconds: 15,
    mode: true,
    input: ({ name, args, source, origin }) => ({
      command: name,
      args,
      source,
      ...(origin !== undefined && { command_origin: origin }),
    }),
    exit2: 'block',
    decision: 'block',
    refused: 'block',
    patch(answer, { source }) {
      const args = lastField(answer, 'updatedArgs', isText);
      const { context, ...rest } = refusal(answer);
      return { ...rest, ...(args !== undefined && { args }), ...(source === 'slash' && { context }) };
    },
  }),
  row<'PostCommand'>({
    event: 'PostCommand',
    hook: 'PostCommand',
    subject: commandName,
    types: ALL_TYPES,
    seconds: 10,
    mode: true,
    input: ({ name, args, source, origin, ok, output, ms }) => ({
      command: name,
      args,
      source,
      ...(origin !== undefined && { command_origin: origin }),
      ok,
      output: output.slice(0, 10_000),
      duration_ms: ms,
    }),
    exit2: 'user',
    later: ({ context }, { source }) => (source === 'slash' ? context : []),
  }),
];

const SETTINGS: Readonly<Record<ConfigLayer['source'], string>> = {
  managed: 'policy_settings',
  flag: 'user_settings',
  local: 'local_settings',
  project: 'project_settings',
  user: 'user_settings',
  distro: 'user_settings',
};

/** `deploy` of `/deploy now`, `plugin install` of a command line. */
function commandName({
  name,
  args,
  source,
}: {
  readonly name: string;
  readonly args: string;
  readonly source: string;
}) {
  const word = source === 'cli' ? /^[a-z][a-z-]*(?=\s|$)/.exec(args)?.[0] : undefined;
  return word === undefined ? name : `${name} ${word}`;
}

/** The handler makes the worktree in the place of git: one that fails says so, whatever its exit code. */
function worktreeCreate(answer: Answer, { session }: WorktreeCreate): { path: string } | { error: string } | undefined {
  if (answer.outcomes.length === 0) return undefined;
  const failed = answer.outcomes.find(({ status, blocked, ran }) => {
    return status !== 'success' || blocked !== undefined || (ran.exitCode ?? 0) !== 0;
  });
  if (failed !== undefined) {
    const { blocked, problem, ran } = failed;
    return { error: blocked ?? problem ?? (ran.stderr.trim() || 'the hook failed') };
  }
  const paths = answer.outcomes.flatMap(({ output, ran }) => {
    const named = output?.specific?.worktreePath;
    if (isText(named)) return [named];
    return output === undefined ? [lastLine(ran.stdout)] : [];
  });
  const path = paths.find((one) => one !== '');
  if (path === undefined) return { error: 'the hook named no folder: it prints its path as the last line' };
  return { path: isAbsolute(path) ? path : resolve(session.cwd, path) };
}

function lastLine(text: string): string {
  // biome-ignore lint/complexity/useRegexLiterals: the escape character is easier to read so
  const plain = text.replace(new RegExp('\\u001b\\[[0-9;?]*[A-Za-z]', 'g'), '');
  return (
    plain
      .split('\n')
      .map((line) => line.trim())
      .findLast((line) => line !== '') ?? ''
  );
}
