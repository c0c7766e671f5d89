import { type Host, UsageError } from 'tenon/plugin-api';

const limit = 10 * 1024 * 1024;

/**
 * The text that was piped in; empty when standard input is a terminal.
 * @param patience milliseconds that the first line may take, 0: no limit. With a prompt on the command line nobody may
 * be going to write: a script often leaves an open pipe behind.
 * @throws UsageError for more than 10 MB
 */
export async function stdinText(host: Pick<Host, 'stdin' | 'stderr' | 'distro'>, patience: number): Promise<string> {
  if (host.stdin.isTerminal) return '';
  const lines = host.stdin.lines()[Symbol.asyncIterator]();
  const first = await withPatience(lines.next(), patience);
  if (first === 'late') {
    void host.stderr.write(
      `${host.distro.command}: nothing came on standard input within ${patience / 1000} s; going on without it (redirect it from /dev/null to skip the wait)\n`,
    );
    return '';
  }
  const texts: string[] = [];
  let size = 0;
  for (let line = first; line.done !== true; line = await lines.next()) {
    size += line.value.length + (texts.length > 0 ? 1 : 0);
    if (size > limit) {
      throw new UsageError('standard input holds more than 10 MB; write it to a file and name the file in the prompt');
    }
    texts.push(line.value);
  }
  return texts.join('\n');
}

function withPatience<T>(work: Promise<T>, ms: number): Promise<T | 'late'> {
  if (ms === 0) return work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), ms);
  });
  work.catch(() => undefined); // nobody waits for a read that fails after the time was up
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
