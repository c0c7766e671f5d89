import { type DiagnosticCode, type ExtensionStatus, Extensions, type NameStatus } from 'tenon/plugin-api';
import { type Check, type Finding, note, ok, problem } from './finding.ts';

/** What an extension is told of besides its own failure to start. */
const REPORTED: readonly DiagnosticCode[] = [
  'MANIFEST_BAD',
  'API_MISMATCH',
  'CYCLE',
  'DUPLICATE_ID',
  'DUPLICATE_PROVIDER',
  'BAD_CONFIG',
  'NOT_DECLARED',
  'NOT_MADE',
  'HOOK_FAILED',
  'HOOK_TIMEOUT',
  'NO_HOOK',
];

export const checkExtensions: Check = async (api, { distro }) => {
  const extensions = await api.use(Extensions);
  // one after the other, so that the times are their own
  for (const { manifest } of extensions.list()) await extensions.start(manifest.id);
  const list = extensions.list();
  const failed = new Set(list.filter(({ state }) => state === 'failed').map(({ manifest }) => manifest.id));
  const told = new Set<string>();
  const diagnostics = extensions.diagnostics().filter(({ code, extension, message }) => {
    if (!REPORTED.includes(code) || failed.has(extension) || told.has(message)) return false;
    told.add(message);
    return true;
  });
  const unkept = extensions.check().filter(({ message }) => {
    if (told.has(message)) return false;
    told.add(message);
    return true;
  });
  const waiting = extensions.pendingHooks();
  return [
    ...list.filter(({ manifest }) => manifest.id !== 'host').map((one) => findingOf(one, distro.command)),
    ...unkept.map(({ extension, message }) => problem(`${extension}: ${message}`, fixOf(extension, list))),
    ...diagnostics.map(({ extension, message }) => problem(`${extension}: ${message}`, fixOf(extension, list))),
    ...extensions.names().flatMap(takenNames),
    ...(waiting.length === 0 ? [] : [note(`hooks that nothing fires yet: ${waiting.join(', ')}`)]),
  ];
};

function findingOf(one: ExtensionStatus, command: string): Finding {
  const { manifest, origin, state, reason, startMs } = one;
  const from = origin.kind === 'bundled' ? '' : ` from ${origin.path ?? `the ${origin.kind}`}`;
  const shown = `${manifest.id} ${manifest.version}${from}`;
  switch (state) {
    case 'active':
      return ok(`${shown}${startMs === undefined ? '' : `, started in ${Math.round(startMs)} ms`}`);
    case 'untrusted':
      return note(
        `${shown} is skipped: ${reason ?? 'the folder is not trusted'}`,
        `run ${command} trust, or with --trust, to let it take part`,
      );
    case 'released':
      return note(`${shown} was replaced or released`);
    default:
      return problem(
        `${shown} does not run: ${reason ?? state}`,
        origin.kind === 'bundled'
          ? `if the reason does not help, run ${command} doctor with TENON_DEBUG=1 and report it`
          : 'correct or remove it',
      );
  }
}

function fixOf(id: string, list: readonly ExtensionStatus[]): string {
  const origin = list.find(({ manifest }) => manifest.id === id)?.origin;
  if (origin?.kind === 'bundled') return 'correct the settings it names; otherwise report it';
  return `correct or remove ${origin?.path ?? 'the extension'}`;
}

function takenNames({ point, name, owner, others }: NameStatus): readonly Finding[] {
  return others.map((other) =>
    note(`${name} (${point}) belongs to ${owner}; that of ${other.owner} is called ${other.name}`),
  );
}
