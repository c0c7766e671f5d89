import { readdirSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type Host, UsageError } from 'tenon/plugin-api';

/** What a template makes its files from. */
export interface TemplateValues {
  /** `hello`, `@acme/hello`. */
  readonly name: string;
  /** The last part of the name, which is that of the folder. */
  readonly short: string;
  /** The word that starts the program. */
  readonly command: string;
  /** The version of the program. */
  readonly version: string;
  /** Where npm gets the package of the program from, for development. */
  readonly source: string;
}

/** Makes a folder with what a plugin begins with. Gives the exit code. */
export async function newPlugin(host: Host, args: readonly string[], format: 'native' | 'claude'): Promise<number> {
  const { command, version } = host.distro;
  const [name, ...more] = args;
  const usage = `usage: ${command} plugin new NAME [--format native|claude]`;
  if (name === undefined || more.length > 0) throw new UsageError(`plugin new: it takes one name; ${usage}`);
  if (!/^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name) || name.length > 100) {
    const rule = 'small letters, digits and dashes, such as my-extension or @acme/deploy';
    throw new UsageError(`plugin new: ${JSON.stringify(name)} must be a name of ${rule}`);
  }
  const short = name.split('/').at(-1)!;
  const folder = resolve(host.cwd, short);
  if (!isFree(folder))
    throw new UsageError(`plugin new: ${folder} is there already; choose another name, or remove it`);
  const { packageSource } = await import('./package-source.ts');
  const values = { name, short, command, version, source: packageSource(version) };
  const files =
    format === 'claude'
      ? (await import('./claude-template.ts')).claudeFiles(values)
      : (await import('./native-template.ts')).nativeFiles(values);
  for (const [path, text] of Object.entries(files)) {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  }
  const shown = relative(host.cwd, folder);
  const next =
    format === 'native'
      ? [`cd ${shown} && npm install && npm test`, `${command} --plugin ./${shown}`, `${command} plugin check ${shown}`]
      : [`${command} --plugin-dir ./${shown}`];
  await host.stdout.write(
    `${shown} is made, with ${Object.keys(files).length} files. Next:\n${next.map((line) => `  ${line}\n`).join('')}`,
  );
  return 0;
}

function isFree(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false }) === undefined || isEmpty(folder);
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return false; // it is a file
  }
}
