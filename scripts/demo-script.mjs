import { join } from 'node:path';

/** What the scripted model does in the demo: one turn a request, each with a check of what came before. */
export function demoScript(project) {
  const amount = join(project, 'src/amount.js');
  const steps = [
    {
      text: 'I will run the tests first, to see what fails.',
      calls: [call('Bash', { command: 'npm test', description: 'Run the tests' })],
    },
    {
      sees: /ignores every thousands separator/,
      text: 'One test fails: amounts with more than one thousands separator. Where are separators handled?',
      calls: [
        call('Grep', { pattern: 'replace\\(', path: project, glob: '*.js', output_mode: 'content', '-n': true }),
        call('Glob', { pattern: 'src/**/*.js', path: project }),
      ],
    },
    { sees: /amount\.js/, calls: [call('Read', { file_path: amount })] },
    {
      sees: /replace\(',', ''\)/,
      text: '`replace` with a string stops after the first comma, so `1,234,567` is read as 1234. All of them must go.',
      calls: [call('Edit', { file_path: amount, old_string: ".replace(',', '')", new_string: ".replaceAll(',', '')" })],
    },
    { sees: /./, calls: [call('Bash', { command: 'npm test', description: 'Run the tests again' })] },
    {
      sees: /fail 0/,
      text:
        'Fixed. `parseAmount` in `src/amount.js` removed only the first thousands separator, so `1,234,567.89` became ' +
        '1,234. It now removes all of them, and all nine tests pass.',
    },
  ];
  let step = 0;
  return {
    respond({ body }) {
      // Only the main conversation offers tools; anything else gets a word.
      if (!(body.tools?.length > 0)) return { text: 'ledger' };
      const current = steps[step];
      const last = JSON.stringify(body.messages.at(-1)?.content ?? '');
      if (!current) return failure('The script of the demo is over, and yet there was another request.');
      if (current.sees && !current.sees.test(last)) {
        return failure(
          `Step ${step + 1} of the demo expected ${current.sees} in the last tool results, which were: ${last}`,
        );
      }
      step++;
      return { text: current.text, calls: current.calls };
    },
    finished: () => step === steps.length,
  };
}

function failure(message) {
  return { fail: { status: 400, type: 'invalid_request_error', message } };
}

function call(name, input) {
  return { name, input };
}
