import { createHarness, type Harness, type HarnessOptions } from 'tenon/test-kit';
import headless from '../../../distros/headless.ts';
import type { Finding } from '../finding.ts';

interface Report {
  readonly ok: boolean;
  readonly parts: readonly { readonly title: string; readonly findings: readonly Finding[] }[];
}

/** Runs doctor in a whole distribution and gives what it reports. */
export async function examining(options: HarnessOptions = {}): Promise<{
  readonly h: Harness;
  readonly code: number;
  readonly report: Report;
  /** The findings of a part, each as `level: text`. */
  part(title: string): readonly string[];
  /** All problems. */
  readonly problems: readonly Finding[];
}> {
  const h = await createHarness({ distro: headless, env: { ANTHROPIC_API_KEY: 'sk-secret-of-the-test' }, ...options });
  const code = await h.run('doctor', '--json');
  const report = JSON.parse(h.stdout) as Report;
  const findings = (title: string) => report.parts.find((part) => part.title === title)?.findings ?? [];
  return {
    h,
    code,
    report,
    part: (title) => findings(title).map(({ level, text }) => `${level}: ${text}`),
    problems: report.parts.flatMap((part) => part.findings).filter(({ level }) => level === 'problem'),
  };
}
