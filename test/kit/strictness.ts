import type { Diagnostic, DiagnosticCode } from 'tenon/plugin-api';
import type { Leftover } from './leftovers.ts';

/** A diagnostic that a test counts on: its code, its extension's id and code, or a pattern of its message. */
export type ExpectedDiagnostic =
  | DiagnosticCode
  | RegExp
  | { readonly code: DiagnosticCode; readonly extension: string };

/** A strict harness found something that a careful extension or test does not leave behind. */
export class StrictError extends Error {
  override readonly name = 'StrictError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `the test left ${problems.length === 1 ? 'something' : `${problems.length} things`} behind\n${problems.map((text) => `- ${text}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

const ADVICE: Partial<Record<DiagnosticCode, string>> = {
  NOT_DECLARED: 'Add the name to the manifest, where the message says',
  NOT_MADE: 'Make it in setup, or take it out of the manifest',
  NAME_TAKEN: 'Choose another name, or list it in `replaces` of the manifest',
  SETUP_FAILED: 'Look at the cause; what setup registered was undone',
  HOOK_FAILED: 'A tap must not throw; return nothing when there is no opinion',
  HOOK_TIMEOUT: 'A tap must answer in time and stop when its `signal` aborts; or give it a longer `timeout`',
  MISSING_SERVICE: 'Add an extension that provides it to `extensions` or `bundled`, or list it in `optional`',
  DISPOSE_FAILED: 'What is given to `api.own` must end by itself within two seconds',
};

/** What is wrong with the diagnostics of a test. */
export function diagnosticProblems(
  diagnostics: readonly Diagnostic[],
  expected: readonly ExpectedDiagnostic[],
): readonly string[] {
  const fits = (one: ExpectedDiagnostic, diagnostic: Diagnostic) => {
    if (typeof one === 'string') return one === diagnostic.code;
    if (one instanceof RegExp) return diagnostic.message.search(one) >= 0;
    return one.code === diagnostic.code && one.extension === diagnostic.extension;
  };
  const bad = diagnostics.filter(({ level }) => level === 'warning' || level === 'error');
  const unexpected = bad
    .filter((diagnostic) => !expected.some((one) => fits(one, diagnostic)))
    .map(({ level, code, extension, message, cause }) => {
      const why =
        cause instanceof Error ? `\n    ${(cause.stack ?? String(cause)).split('\n').slice(0, 4).join('\n    ')}` : '';
      const advice = ADVICE[code] ?? 'Mend it';
      return `${level} ${code} of ${extension}: ${message}${why}\n  ${advice}; or, when the test is about it, list it in \`expectDiagnostics\``;
    });
  const absent = expected
    .filter((one) => !diagnostics.some((diagnostic) => fits(one, diagnostic)))
    .map((one) => {
      const text = one instanceof RegExp || typeof one === 'string' ? String(one) : `${one.code} of ${one.extension}`;
      return `the diagnostic ${text} was expected and did not come. Remove it from \`expectDiagnostics\`, or make the test cause it`;
    });
  return [...unexpected, ...absent];
}

/** What is still open after everything was released. */
export function leftoverProblems(leftovers: readonly Leftover[]): readonly string[] {
  return leftovers.map(({ what, where }) => {
    const from = where.map((line) => `\n    ${line}`).join('');
    const place = from === '' ? '' : `. It was started at${from}`;
    return `${what} is still open after the extensions were released. Give what ends it to \`api.own\`, or listen to \`api.signal\`${place}`;
  });
}
