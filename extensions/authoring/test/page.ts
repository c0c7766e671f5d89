import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { root } from '../../../test/gates/source-file.ts';

/** A block of a page: commands, lines that they print, or a file. */
interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language = '', file, text = '']) => ({
    language,
    file,
    text,
  }));
}

/**
 * Does what a page of docs/ says, block by block: writes its files, runs its commands in one shell after the other, and
 * looks for the lines that they are said to print. Gives the number of blocks with commands.
 * @param env of the commands; its HOME is where the working directory is kept from one block to the next
 */
export async function doPage(
  name: string,
  start: string,
  env: Readonly<Record<string, string | undefined>> & { readonly HOME: string },
  change: (commands: string) => string = (commands) => commands,
): Promise<number> {
  const blocks = blocksOf(await readFile(join(root, 'docs', name), 'utf8'));
  let cwd = start;
  let output = '';
  for (const { language, file, text } of blocks) {
    if (file !== undefined) {
      await mkdir(dirname(join(cwd, file)), { recursive: true });
      await writeFile(join(cwd, file), text);
    } else if (language === 'sh') {
      const done = await run(change(text), cwd, env);
      expect(done.code, `${text}${done.output}`).toBe(0);
      ({ output, cwd } = done);
    } else {
      expect(language).toBe('text');
      for (const line of text.trim().split('\n')) expect(output).toContain(line);
    }
  }
  return blocks.filter(({ language }) => language === 'sh').length;
}

/** Runs commands one after the other in a shell; the folder that they end in is where the next ones begin. */
async function run(commands: string, cwd: string, env: Readonly<Record<string, string | undefined>>) {
  const script = `set -e\n${commands}\npwd > "$HOME/cwd"\n`;
  const child = spawn('bash', ['-c', script], { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const now = await readFile(join(env.HOME ?? cwd, 'cwd'), 'utf8').catch(() => cwd);
  return { output, cwd: now.trim(), code };
}
