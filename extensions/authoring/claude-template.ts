import type { TemplateValues } from './new-plugin.ts';

/** The files of a plugin in the format of Claude Code by path: a command, a skill, an agent, a hook. */
export function claudeFiles({ name, short, command }: TemplateValues): Readonly<Record<string, string>> {
  return {
    [`.${'claude'}-plugin/plugin.json`]: json({
      name: short,
      version: '0.1.0',
      description: 'A plugin to begin with',
    }),
    'commands/greet.md': `---
description: Greet somebody
argument-hint: [name]
---

Greet $ARGUMENTS in one friendly sentence. Use no tools.
`,
    'skills/release-notes/SKILL.md': `---
name: release-notes
description: How this team writes release notes. Use when asked for release notes or a changelog.
---

1. Collect what changed since the last tag: \`git log --oneline <tag>..\`.
2. Leave out what a user cannot notice.
3. One line for each change, what it means first, in the present tense.
`,
    'agents/reviewer.md': `---
name: reviewer
description: Reviews a change for mistakes before it is committed.
tools: Read, Grep, Glob
---

You review changes. Name at most five problems, the worst first, each with its file and line. Say nothing about style.
`,
    'hooks/hooks.json': json({
      description: 'Notes each command that was run',
      hooks: {
        PostToolUse: [
          {
            matcher: 'Bash',
            hooks: [{ type: 'command', command: `"\${CLAUDE_PLUGIN_ROOT}"/scripts/note-command.sh`, timeout: 5 }],
          },
        ],
      },
    }),
    'scripts/note-command.sh': `#!/bin/sh
# Reads the event as JSON on standard input; a code other than 2 blocks nothing.
cat >> "\${CLAUDE_PLUGIN_DATA:-/tmp}/commands.jsonl"
`,
    'README.md': `# ${name}

A plugin in the format of Claude Code, which Tenon reads too.

    ${command} --plugin-dir .      # run it in this session

| | |
|---|---|
| \`commands/greet.md\` | \`/${short}:greet Ada\` |
| \`skills/release-notes/\` | instructions that the model reads when it needs them |
| \`agents/reviewer.md\` | a subagent |
| \`hooks/hooks.json\` | a script that hears of every command that was run |
`,
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
