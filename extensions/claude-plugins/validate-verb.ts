import { resolve } from 'node:path';
import { type Host, type Invocation, type PluginProblem, UsageError } from 'tenon/plugin-api';
import { validate } from './validate.ts';

/** Runs `plugin validate`. Exit code 1: it is not valid. */
export async function runValidate(host: Host, args: readonly string[], flags: Invocation['flags']): Promise<number> {
  const [path = '.', ...more] = args;
  if (more.length > 0)
    throw new UsageError(`plugin validate takes one path, got ${JSON.stringify(more.join(' '))} too`);
  const result = await validate(resolve(host.cwd, path), flags.strict === true);
  const errors = result.problems.filter(({ severity }) => severity === 'error');
  const warnings = result.problems.filter(({ severity }) => severity === 'warning');
  if (flags.json === true) {
    const { kind, valid } = result;
    const outcome = {
      command: 'validate',
      outcome: valid ? 'ok' : 'failed',
      path: result.path,
      kind,
      errors,
      warnings,
    };
    await host.stdout.write(`${JSON.stringify(outcome, undefined, 2)}\n`);
    return valid ? 0 : 1;
  }
  const lines = [`${result.kind} ${visible(result.path)}`];
  for (const { severity, file, message } of result.problems) {
    lines.push(`  ${severity}: ${visible(`${file === undefined ? '' : `${file}: `}${message}`)}`);
  }
  lines.push(
    result.problems.length === 0 ? 'valid' : `${result.valid ? 'valid' : 'not valid'}: ${counts(errors, warnings)}`,
  );
  await host.stdout.write(`${lines.join('\n')}\n`);
  return result.valid ? 0 : 1;
}

/** A name of a file may hold what steers a terminal, or makes a line of its own. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function counts(errors: readonly PluginProblem[], warnings: readonly PluginProblem[]): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  return `${count(errors.length, 'error')}, ${count(warnings.length, 'warning')}`;
}
