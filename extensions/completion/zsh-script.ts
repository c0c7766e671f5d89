import type { FlagWords, Vocabulary } from './vocabulary.ts';

/** Can be evaluated, or put as `_name` into a folder of `fpath`. */
export function zshScript({ command, flags, verbs }: Vocabulary): string {
  const name = `_${command.replace(/\W/g, '_')}`;
  const words = verbs.filter((verb) => verb.words.length > 0);
  return `#compdef ${command}
# Completion of ${command} for zsh. Put this line into ~/.zshrc, below compinit:
#   eval "$(${command} completion zsh)"
${name}() {
  local state line
  local -a verbs
  verbs=(
${verbs.map((verb) => `    ${quoted(`${verb.name}:${verb.description.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  _arguments -C -s -S \\
${flags.map((flag) => `    ${specOf(flag)} \\`).join('\n')}
    '1: :->verb' \\
    '*:: :->word' && return
  case $state in
    verb) _describe command verbs || _files ;;
    word)
      if ((CURRENT == 2)); then
        case $line[1] in
${words.map((verb) => `          '${verb.name}') compadd -- ${verb.words.join(' ')} && return ;;`).join('\n')}
        esac
      fi
      _files
      ;;
  esac
}
if [[ \${funcstack[1]} == ${name} ]]; then
  ${name} "$@"
else
  compdef ${name} ${command}
fi
`.replace(/\n{2,}/g, '\n');
}

/** \`(-p --print)'{-p,--print}'[what it does]:value:(a b)'\` */
function specOf({ names, description, value, choices, path }: FlagWords): string {
  const many = value === 'list' ? '*' : '';
  const exclude = value === 'list' || names.length === 1 ? '' : `(${names.join(' ')})`;
  const text = `[${description.replace(/[[\]\\:]/g, '\\$&')}]`;
  const values =
    choices.length > 0 ? `(${choices.join(' ')})` : path === 'folder' ? '_files -/' : path === 'file' ? '_files' : ' ';
  // one that may stand alone has two colons; a list goes on up to the next flag
  const argument = { boolean: '', string: `:value:${values}`, optional: `::value:${values}`, list: `:value:${values}` }[
    value
  ];
  const suffix = value === 'string' || value === 'list' ? '=' : '';
  const spellings = names.map((name) => (name.startsWith('--') ? name + suffix : name + (suffix && '+')));
  return spellings.map((one) => quoted(`${exclude}${many}${one}${text}${argument}`)).join(' \\\n    ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
