import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import {
  type Entry,
  type ExtensionApi,
  Extensions,
  type Host,
  type Manifest,
  PluginLoader,
  UsageError,
} from 'tenon/plugin-api';
import { checkSchema } from 'tenon/plugin-api/lib/json-schema';
import { type NativeExtension, readNativeManifest } from 'tenon/plugin-api/lib/native-manifest';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { checkNames } from './check-names.ts';
import { checkSchemas } from './check-schemas.ts';
import { checkTypes } from './check-types.ts';
import { type Examination, type Finding, jsonReport, textReport } from './finding.ts';
import { manifestSchema } from './schemas.gen.ts';
import { tryExtension } from './try-extension.ts';

/** `plugin check [DIR]`. Gives the exit code: 1 when something is wrong. */
export async function checkPlugin(
  api: ExtensionApi,
  host: Host,
  args: readonly string[],
  json: boolean,
): Promise<number> {
  if (args.length > 1) {
    throw new UsageError(
      `plugin check: it takes one folder; usage: ${host.distro.command} plugin check [DIR] [--json]`,
    );
  }
  for (const service of [PluginLoader, Extensions]) {
    if (!api.has(service)) throw new Error(`plugin check: this build has nothing that offers ${service.id}`);
  }
  const path = resolve(host.cwd, args[0] ?? '.');
  const examination = await examine(api, host, path);
  await host.stdout.write(json ? jsonReport(examination) : textReport(examination));
  return examination.findings.some(({ level }) => level === 'error') ? 1 : 0;
}

async function examine(api: ExtensionApi, host: Host, path: string): Promise<Examination> {
  const findings: Finding[] = [];
  const shown = relative(host.cwd, path) || '.';
  const report = (id: string, version: string, more: Partial<Examination> = {}): Examination => ({
    id,
    version,
    path: shown,
    findings,
    ...more,
  });
  let native: NativeExtension | undefined;
  try {
    native = await readNativeManifest(path);
  } catch (error) {
    findings.push({ level: 'error', about: 'manifest', message: messageOf(error) });
  }
  if (native === undefined) {
    if (findings.length === 0) {
      const expected = 'a folder with tenon.json, a package with the keyword "tenon-extension", or a .ts or .js file';
      const message = existsSync(join(path, '.claude-plugin'))
        ? `${shown} is a plugin in Claude's format; ${host.distro.command} plugin validate checks it`
        : `${shown} holds no extension; expected ${expected}`;
      findings.push({ level: 'error', about: 'manifest', message });
    }
    return report('?', '?');
  }
  findings.push(...(await checkTypes(path, host)));
  let entry: Entry | undefined;
  const began = Date.now();
  try {
    entry = await (await api.use(PluginLoader)).entry(path, 'user');
    await entry?.load();
  } catch (error) {
    findings.push({ level: 'error', about: 'load', message: messageOf(error) });
  }
  const manifest = entry?.manifest ?? native.manifest;
  findings.unshift(...checkManifest(manifest, relative(host.cwd, native.source)));
  if (manifest !== undefined && findings[0]?.level === 'ok') findings.splice(1, 0, ...checkWords(manifest as Manifest));
  const [id, version] = [String(manifest?.id ?? '?'), String(manifest?.version ?? '?')];
  if (entry === undefined || findings.some(({ level, about }) => level === 'error' && about !== 'types')) {
    return report(id, version);
  }
  const first = Date.now() - began;
  const extensions = await api.use(Extensions);
  findings.push(...checkNames(entry.manifest, extensions));
  const { findings: tried, startMs } = await tryExtension(extensions, host, entry);
  findings.push(...tried);
  return report(id, version, startMs === undefined ? {} : { startMs: { ...startMs, first } });
}

function checkManifest(manifest: unknown, file: string): readonly Finding[] {
  if (manifest === undefined) return [];
  const { issues } = checkSchema({ ...manifestSchema, required: ['id', 'version', 'api'] }, manifest);
  if (issues === undefined) return [{ level: 'ok', about: 'manifest', message: `${file} is sound` }];
  return issues.map(({ path, message }) => ({
    level: 'error',
    about: 'manifest',
    message: `${file}: ${path.join('.') || 'the manifest'} ${inWords(path, message)}`,
  }));
}

/** An issue with the schema of manifests, for whoever has not read the schema. */
function inWords([field, ...inner]: readonly (string | number)[], message: string): string {
  if (inner.length > 0) return PATTERNS[String(field)] ?? message;
  if (field === 'api') return `${message}, the version of the plugin API that this program speaks`;
  const near = /is not known/.test(message)
    ? nearest(String(field), Object.keys(manifestSchema.properties ?? {}))
    : undefined;
  return near === undefined ? message : `is not known; did you mean ${near}?`;
}

/** What the words of lists must look like, where the schema says it with a pattern. */
const PATTERNS: Readonly<Record<string, string>> = {
  requires: 'must be written noun@major, such as "permissions@1"',
  optional: 'must be written noun@major, such as "permissions@1"',
  provides: 'must be written noun@major, such as "permissions@1"',
  replaces: 'must be written point:name, such as "tools:Read"',
};

/** What a manifest of the right shape says that is not useful. */
function checkWords(manifest: Manifest): readonly Finding[] {
  const findings: Finding[] = [...checkSchemas(manifest)];
  if (!/^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(manifest.version)) {
    const message = `version ${JSON.stringify(manifest.version)} is no semantic version, such as "1.0.0"`;
    findings.push({ level: 'warning', about: 'manifest', message });
  }
  const gates = (manifest.taps ?? []).filter((hook) => GUARDED.includes(hook));
  if (gates.length > 0 && manifest.required === undefined) {
    const message = `${gates.join(', ')} ${gates.length === 1 ? 'goes' : 'go'} on without it when it cannot start; a guard says "required": true`;
    findings.push({ level: 'note', about: 'taps', message });
  }
  return findings;
}

/** Gates that guards use. */
const GUARDED: readonly string[] = ['PreToolUse', 'UserPromptSubmit', 'PreCommand', 'PreModelSwitch', 'QueryStart'];

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
