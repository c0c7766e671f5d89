import { type ExtensionApi, Extensions, type TapProfile } from 'tenon/plugin-api';
import type { HandlerProfile, HandlerProfiles } from './handler-profile.ts';
import { type ListedHook, listHooks, pendingEvents } from './inventory.ts';
import { type KeptProfile, keptProfiles } from './profile-file.ts';

/** What the command `hooks` says. @param now counts of the running session */
export async function showHooks(
  api: ExtensionApi<never>,
  how: { readonly json: boolean; readonly profile: boolean },
  now?: HandlerProfiles,
): Promise<string> {
  if (how.profile) {
    const taps = (await api.use(Extensions)).profile().filter(({ runs }) => runs > 0);
    const sessions = now === undefined ? await keptProfiles(api) : [{ time: Date.now(), taps, handlers: now.list() }];
    return how.json ? `${JSON.stringify({ sessions }, null, 2)}\n` : profileText(sessions);
  }
  const [hooks, pending] = [await listHooks(api), await pendingEvents(api)];
  return how.json ? `${JSON.stringify({ hooks, pendingEvents: pending }, null, 2)}\n` : listText(hooks, pending);
}

function listText(hooks: readonly ListedHook[], pending: readonly string[]): string {
  const lines: string[] = [];
  for (const event of new Set(hooks.map((one) => one.event))) {
    lines.push(event);
    for (const hook of hooks.filter((one) => one.event === event)) {
      const rule = hook.if === undefined ? '' : ` if ${plain(hook.if)}`;
      lines.push(`  ${plain(hook.matcher)}${rule}  ${hook.type}: ${plain(hook.runs)}`);
      lines.push(`      ${plain(hook.source)}  (${plain(hook.name)})`);
      if (hook.off !== undefined) lines.push(`      does not run: ${hook.off}`);
      if (hook.problem !== undefined) lines.push(`      ${plain(hook.problem)}`);
      if (hook.pending !== undefined) lines.push('      nothing fires this event yet');
    }
  }
  if (hooks.length === 0) lines.push('There are no hooks in this setup.');
  if (pending.length > 0) lines.push('', `Events that nothing fires yet: ${pending.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

function profileText(sessions: readonly KeptProfile[]): string {
  if (sessions.length === 0) return 'No session with hooks is kept yet.\n';
  const rows = sessions.flatMap(({ time, taps, handlers }) => [
    `Session that ended ${new Date(time).toISOString()}`,
    ...table(
      'hook handler',
      handlers.map((one) => [plain(one.handler), one.event, one]),
    ),
    ...table(
      'extension',
      taps.map((one) => [one.extension, one.hook, one]),
    ),
    '',
  ]);
  return `${rows.join('\n').trimEnd()}\n`;
}

type Counts = HandlerProfile | TapProfile;

function table(title: string, given: readonly (readonly [string, string, Counts])[]): readonly string[] {
  if (given.length === 0) return [];
  const head = [title, 'event', 'runs', 'failed', 'late', 'blocked', 'total ms', 'p50', 'p95', 'max', 'context tokens'];
  const rows = [...given]
    .sort(([, , a], [, , b]) => b.totalMs - a.totalMs)
    .map(([name, event, one]) => {
      const { runs, failures, timeouts, blocks, totalMs, p50Ms, p95Ms, maxMs, contextTokens } = one;
      const times = [totalMs, p50Ms, p95Ms, maxMs].map((ms) => ms.toFixed(1));
      return [name, event, ...[runs, failures, timeouts, blocks].map(String), ...times, String(contextTokens)];
    });
  const widths = head.map((word, at) => Math.max(word.length, ...rows.map((row) => row[at]!.length)));
  return [head, ...rows].map((row) =>
    `  ${row.map((word, at) => (at < 2 ? word.padEnd(widths[at]!) : word.padStart(widths[at]!))).join('  ')}`.trimEnd(),
  );
}

/** Text of somebody's files without what could steer a terminal. */
function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, ' ');
}
