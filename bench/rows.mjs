/**
 * One row of the table: what is run, how a pair of runs becomes a figure, what it may be now and what it should become.
 * `against`: `empty` (a script that does nothing), `floor` (the floor agent), `plain` (the program in an empty home) or
 * nothing (a figure of its own). `figure` makes a figure of a pair that is no ratio.
 */
export const rows = [
  {
    name: '--version / empty script',
    job: 'version',
    against: 'empty',
    value: (run) => run.wall,
    budget: 1.3,
    aim: 1.15,
  },
  { name: '--help / empty script', job: 'help', against: 'empty', value: (run) => run.wall, budget: 1.3, aim: 1.15 },
  {
    name: 'hello, start to exit / floor',
    job: 'hello',
    against: 'floor',
    value: (run) => run.wall,
    budget: 2,
    aim: 1.5,
  },
  { name: 'first request / floor', job: 'hello', against: 'floor', value: (run) => run.first, budget: 2, aim: 1.5 },
  { name: 'one tool turn / floor', job: 'loop50', against: 'floor', value: (run) => run.turn, budget: 1.5, aim: 1.2 },
  {
    name: 'CPU of a 2 MB answer / floor',
    job: 'stream',
    against: 'floor',
    value: (run) => run.cpu,
    budget: 2.1,
    aim: 1.5,
  },
  {
    name: 'peak memory, hello / floor',
    job: 'hello',
    against: 'floor',
    value: (run) => run.rss,
    budget: 1.8,
    aim: 1.4,
  },
  {
    name: 'peak memory, 200 turns / floor',
    job: 'loop200',
    against: 'floor',
    value: (run) => run.rss,
    budget: 2.2,
    aim: 1.8,
  },
  { name: '200 turns, last quarter / first', job: 'loop200', value: (run) => run.quarters, budget: 1.1, aim: 1.05 },
  { name: 'first request, bytes', job: 'hello', value: (run) => run.bytes, budget: 20_000, aim: 12_000, digits: 0 },
  { name: 'side requests of hello', job: 'hello', value: (run) => run.side, budget: 0, aim: 0, digits: 0 },
  {
    name: '200 plugins, 2,000 skills: hello / none',
    job: 'plugins',
    against: 'plain',
    value: (run) => run.wall,
    budget: 1.3,
    aim: 1.15,
  },
  {
    name: '200 plugins, 2,000 skills: --version / none',
    job: 'plugins-version',
    against: 'plain',
    value: (run) => run.wall,
    budget: 1.3,
    aim: 1.05,
  },
  {
    name: '50 unused extensions: hello / none',
    job: 'extensions',
    against: 'plain',
    value: (run) => run.wall,
    budget: 1.3,
    aim: 1.1,
  },
  {
    name: 'a command hook of a call, ms beside its own',
    job: 'hooks',
    against: 'plain',
    figure: (ours, theirs) => ours.turn - theirs.turn - ours.alone,
    budget: 5,
    aim: 2,
  },
  { name: 'installed, MB on disk', job: 'install', value: (run) => run.megabytes, budget: 60, aim: 25, digits: 1 },
  { name: 'installed, packages', job: 'install', value: (run) => run.packages, budget: 20, aim: 8, digits: 0 },
];

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The figures of a row, from the pairs of runs of its job; failed runs are no figures. */
export function figuresOf(row, pairs) {
  return pairs
    .filter(({ ours, theirs }) => ours.ok && (!row.against || theirs?.ok))
    .map(({ ours, theirs }) => {
      if (row.figure) return row.figure(ours, theirs);
      return row.value(ours) / (row.against ? row.value(theirs) : 1);
    })
    .filter((figure) => Number.isFinite(figure));
}

/** The table as text. */
export function tableOf(chosen, pairsOf) {
  const lines = [['row', 'median', 'min–max', 'n', 'budget', 'aim', '']];
  for (const row of chosen) {
    const figures = figuresOf(row, pairsOf(row.job));
    const digits = row.digits ?? 2;
    const show = (number) => number.toFixed(digits);
    if (figures.length === 0) {
      lines.push([row.name, '-', '-', '0', String(row.budget), String(row.aim), 'no figure']);
      continue;
    }
    const middle = median(figures);
    const verdict = middle <= row.aim ? 'ok (aim)' : middle <= row.budget ? 'ok' : 'over';
    const range = `${show(Math.min(...figures))}–${show(Math.max(...figures))}`;
    lines.push([row.name, show(middle), range, String(figures.length), String(row.budget), String(row.aim), verdict]);
  }
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => (at === 0 || at === 6 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
