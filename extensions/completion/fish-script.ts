import type { FlagWords, Vocabulary } from './vocabulary.ts';

/** Can be sourced, or put as `name.fish` into the folder of completions. */
export function fishScript({ command, flags, verbs }: Vocabulary): string {
  const words = verbs.filter((verb) => verb.words.length > 0);
  return `# Completion of ${command} for fish. Put this line into ~/.config/fish/config.fish:
#   ${command} completion fish | source
${verbs.map((verb) => `complete -c ${command} -n __fish_use_subcommand -a ${verb.name} -d ${quoted(verb.description)}`).join('\n')}
${words.map((verb) => `complete -c ${command} -f -n ${quoted(`__fish_seen_subcommand_from ${verb.name}; and not __fish_seen_subcommand_from ${verb.words.join(' ')}`)} -a ${quoted(verb.words.join(' '))}`).join('\n')}
${flags.map((flag) => `complete -c ${command} ${optionOf(flag)}`).join('\n')}
`;
}

function optionOf({ names, description, value, choices, path }: FlagWords): string {
  const spelled = names
    .map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
    .join(' ');
  const needs = value === 'string' || value === 'list';
  const values =
    value === 'boolean'
      ? ''
      : choices.length > 0
        ? ` -a ${quoted(choices.join(' '))}`
        : path === 'folder'
          ? ` -a ${quoted('(__fish_complete_directories)')}`
          : '';
  const kind = needs ? (path === 'file' ? ' -r -F' : ' -x') : '';
  return `${spelled}${kind}${values} -d ${quoted(description)}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
