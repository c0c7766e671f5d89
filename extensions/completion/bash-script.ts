import type { FlagWords, Vocabulary } from './vocabulary.ts';

/** Works in bash 3.2, which macOS still has. Where it offers nothing, bash offers files. */
export function bashScript({ command, flags, verbs }: Vocabulary): string {
  const name = `_${command.replace(/\W/g, '_')}_complete`;
  const withValue = flags.filter(({ value }) => value === 'string' || value === 'list');
  const chosen = flags.filter(({ value, choices }) => value !== 'boolean' && choices.length > 0);
  const folders = flags.filter(({ path }) => path === 'folder');
  const words = verbs.filter((verb) => verb.words.length > 0);
  return `# Completion of ${command} for bash. Put this line into ~/.bashrc:
#   eval "$(${command} completion bash)"
${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} words='' verb='' at
  COMPREPLY=()
  # bash takes --flag=value for three words
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $prev == '=' ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $prev in
${chosen.map((flag) => `    ${pattern(flag)}) words='${flag.choices.join(' ')}' ;;`).join('\n')}
${folders.map((flag) => `    ${pattern(flag)})\n      local IFS=$'\\n'\n      compopt -o filenames 2>/dev/null\n      COMPREPLY=($(compgen -d -- "$cur"))\n      return\n      ;;`).join('\n')}
${others(withValue, [...chosen, ...folders])}  esac
  if [[ -z $words && $cur == -* ]]; then
    words='${flags.flatMap(({ names }) => names).join(' ')}'
  fi
  if [[ -z $words ]]; then
    for ((at = 1; at < COMP_CWORD; at++)); do
      case \${COMP_WORDS[at]} in
${withValue.length === 0 ? '' : `        ${withValue.map(pattern).join(' | ')})\n          ((at++))\n          if [[ \${COMP_WORDS[at]} == '=' ]]; then ((at++)); fi\n          ;;\n`}        -* | =) ;;
        *)
          verb=\${COMP_WORDS[at]}
          break
          ;;
      esac
    done
    if [[ -z $verb ]]; then
      words='${verbs.map((verb) => verb.name).join(' ')}'
    elif ((at == COMP_CWORD - 1)); then
      case $verb in
${words.map((verb) => `        '${verb.name}') words='${verb.words.join(' ')}' ;;`).join('\n')}
        *) return ;;
      esac
    fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o bashdefault -o default -F ${name} ${command}
`.replace(/\n{2,}/g, '\n');
}

function pattern({ names }: FlagWords): string {
  return names.join(' | ');
}

/** Flags whose value is a file or the user's own: bash offers files. */
function others(withValue: readonly FlagWords[], done: readonly FlagWords[]): string {
  const rest = withValue.filter((flag) => !done.includes(flag));
  return rest.length === 0 ? '' : `    ${rest.map(pattern).join(' | ')}) return ;;\n`;
}
