import { join } from 'node:path';

/** What the scripted model does in the demo: one list of blocks a request, each with a check of what came before. */
export function demoScript(project) {
  const amount = join(project, 'src/amount.js');
  const steps = [
    {
      blocks: [
        text('I will run the tests first, to see what fails.'),
        call('Bash', { command: 'npm test', description: 'Run the tests' }),
      ],
    },
    {
      sees: /ignores every thousands separator/,
      blocks: [
        text('One test fails: amounts with more than one thousands separator. Where are separators handled?'),
        call('Grep', { pattern: 'replace\\(', path: project, glob: '*.js', output_mode: 'content', '-n': true }),
        call('Glob', { pattern: 'src/**/*.js', path: project }),
      ],
    },
    { sees: /amount\.js/, blocks: [call('Read', { file_path: amount })] },
    {
      sees: /replace\(',', ''\)/,
      blocks: [
        text(
          '`replace` with a string stops after the first comma, so `1,234,567` is read as 1234. All of them must go.',
        ),
        call('Edit', { file_path: amount, old_string: ".replace(',', '')", new_string: ".replaceAll(',', '')" }),
      ],
    },
    { sees: /./, blocks: [call('Bash', { command: 'npm test', description: 'Run the tests again' })] },
    {
      sees: /(fail 0|ℹ fail 0)/,
      blocks: [
        text(
          'Fixed. `parseAmount` in `src/amount.js` removed only the first thousands separator, so `1,234,567.89` became ' +
            '1,234. It now removes all of them, and all nine tests pass.',
        ),
      ],
    },
  ];
  let step = 0;
  return {
    answer(request) {
      // Only the main conversation offers tools; anything else gets a word.
      if (!(request.tools?.length > 0)) return [text('ledger')];
      const current = steps[step];
      if (!current) throw new Error('The script of the demo is over, and yet there was another request.');
      const last = JSON.stringify(request.messages.at(-1)?.content ?? '');
      if (current.sees && !current.sees.test(last)) {
        throw new Error(
          `Step ${step + 1} of the demo expected ${current.sees} in the last tool result, which was:\n${last}`,
        );
      }
      step++;
      return current.blocks;
    },
    finished: () => step === steps.length,
  };
}

function text(words) {
  return { type: 'text', text: words.match(/\S+\s*/g) };
}

function call(name, input) {
  return { type: 'tool_use', name, input };
}
