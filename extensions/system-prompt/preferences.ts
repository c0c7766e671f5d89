import type { Config } from 'tenon/plugin-api';

/** Characters of a text of the settings that the model is told. */
const LONGEST = 500;

/**
 * What the user's settings add to the system prompt: the language of answers, and what commits and pull requests end
 * with. `undefined` when they say nothing.
 */
export function preferences(config: Pick<Config, 'get'>): string | undefined {
  const lines = [language(config.get('language')), ...attribution(config.get('attribution'))];
  const said = lines.filter((line) => line !== undefined);
  return said.length === 0 ? undefined : `# Preferences\n${said.map((line) => `- ${line}`).join('\n')}`;
}

/** A project may set this before it is trusted: it is a name, and never a sentence. */
function language(given: unknown): string | undefined {
  if (typeof given !== 'string' || !/^[\p{L}\p{M}][\p{L}\p{M} ()_-]{0,39}$/u.test(given.trim())) return undefined;
  return `Answer in this language, also where the user writes in another: ${given.trim()}. Code, names and commit messages keep the language of the project.`;
}

function attribution(given: unknown): (string | undefined)[] {
  if (typeof given !== 'object' || given === null) return [];
  const { commit, pr } = given as { readonly commit?: unknown; readonly pr?: unknown };
  return [
    isText(commit) ? `End the message of every git commit you make with:\n${commit.trim()}` : undefined,
    isText(pr) ? `End the description of every pull request you open with:\n${pr.trim()}` : undefined,
  ];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST;
}
