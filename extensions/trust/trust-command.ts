import { resolve } from 'node:path';
import { type ExtensionStatus, type Host, type Invocation, UsageError } from 'tenon/plugin-api';
import { keep, type Review, review, revoke } from './decisions.ts';
import { EXTENSIONS } from './findings.ts';
import type { FolderTrust } from './folder-trust.ts';

/** Characters of a finding that are shown. */
const WIDEST = 400;

/**
 * `trust [DIR]`, `trust --list`, `trust --revoke [DIR]`. Gives the exit code: 0 when the folder is trusted afterwards,
 * or what was asked for is done.
 * @param extensions that were found where the program runs
 * @throws UsageError for flags that do not go together
 */
export async function runTrust(
  trust: FolderTrust,
  host: Host,
  { args, flags }: Invocation,
  extensions: readonly ExtensionStatus[],
): Promise<number> {
  const json = flags.json === true;
  const write = (text: string, value: unknown) =>
    host.stdout.write(printable(json ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`));
  if (flags.list === true) {
    if (flags.revoke === true || args.length > 0) throw new UsageError('trust --list takes no folder and no --revoke');
    const known = Object.entries(await trust.store.all()).flatMap(([folder, [last]]) =>
      last === undefined ? [] : [{ folder, trusted: last.trusted, time: last.time }],
    );
    const lines = known.map((one) => `${one.folder}  ${one.trusted ? 'trusted' : 'declined'} on ${day(one.time)}`);
    await write(lines.length === 0 ? 'No folder was decided about.' : lines.join('\n'), known);
    return 0;
  }
  const dir = args[0] === undefined ? host.cwd : resolve(host.cwd, args[0]);
  if (flags.revoke === true) {
    const { folder, count } = await revoke(trust, dir);
    const text = count === 0 ? `Nothing was decided about ${folder}.` : `${folder} is not trusted any more.`;
    await write(text, { folder, revoked: count });
    return 0;
  }
  const here = dir === host.cwd;
  const seen = await review(trust, dir, here ? fingerprintOf(extensions) : undefined).catch((error: Error) => {
    throw new UsageError(`trust: ${dir} cannot be read: ${error.message}`);
  });
  if (!json) await write(shown(seen), undefined);
  const agreed = seen.trusted || (await agrees(host, seen, flags));
  if (agreed && !seen.trusted) {
    if (!here && seen.findings.kinds[EXTENSIONS] !== undefined) {
      throw new UsageError(`trust: ${dir} has extensions; run ${host.distro.command} trust in that folder`);
    }
    await keep(trust, seen, true);
  }
  const { key: folder } = seen.repository;
  const { lines: findings } = seen.findings;
  if (json) await write('', { folder, trusted: agreed, findings });
  else if (!seen.trusted) await write(`${folder} is ${agreed ? 'trusted from now on' : 'not trusted'}.`, undefined);
  return agreed ? 0 : 1;
}

async function agrees(host: Host, { repository }: Review, flags: Invocation['flags']): Promise<boolean> {
  if (flags.yes === true) return true;
  if (flags.json === true || !host.stdin.isTerminal || !host.stderr.isTerminal) {
    await host.stderr.write(`${host.distro.command}: nobody can be asked; --yes agrees\n`);
    return false;
  }
  await host.stderr.write(printable(`Trust ${repository.key} with that? [y/N] `));
  for await (const line of host.stdin.lines()) return /^y(es)?$/i.test(line.trim());
  return false;
}

function shown({ repository, findings, trusted, reason }: Review): string {
  const head = findings.lines.length === 0 ? 'brings nothing along that would run' : 'brings along:';
  const lines = findings.lines.map((line) => {
    const flat = line.replace(/\s*\n\s*/g, ' ');
    return `  ${flat.length > WIDEST ? `${flat.slice(0, WIDEST)}…` : flat}`;
  });
  return [`${repository.dir} ${head}`, ...lines, ...(trusted ? [`It is ${reason} already.`] : [])].join('\n');
}

/** What the kernel says when it asks whether they may run: they are what it asks about later. */
function fingerprintOf(extensions: readonly ExtensionStatus[]): string {
  const names = extensions.flatMap(({ manifest, origin }) => {
    const at = origin.path === undefined ? '' : ` (${origin.path})`;
    return origin.kind === 'project' ? [`extension ${manifest.id} ${manifest.version}${at}`] : [];
  });
  return names.sort().join('\n');
}

function day(time: string): string {
  return time.slice(0, 10);
}

/** What a folder brings along is anybody's text: nothing of it may steer the terminal. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    '\ufffd',
  );
}
