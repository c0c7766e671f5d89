import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EVENT_TABLE } from '../extensions/claude-hooks/event-table.ts';
import { root } from './gates/source-file.ts';

test('docs/script-hooks.md has a row for every event, and for no other', () => {
  const page = readFileSync(join(root, 'docs/script-hooks.md'), 'utf8');
  const section = page.slice(page.indexOf('## Events'), page.indexOf('The last four'));
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| event'));
  const named = rows.flatMap((line) =>
    line
      .split('|')[1]!
      .split(',')
      .map((name) => name.trim()),
  );
  expect(named.sort()).toEqual(EVENT_TABLE.map(({ event }) => event).sort());
});
