import type {
  AndOr,
  Assignment,
  Command,
  CommandNode,
  CompoundList,
  ParsedScript,
  Pipeline,
  PipelineNode,
  Redirection,
  Statement,
  SyntaxNode,
  Word,
} from 'unbash';
import { redirections } from './redirection.ts';
import { type After, afterCommand, anywhere, either, type Folders } from './shell-folders.ts';
import type { Flattened, SimpleCommand } from './simple-command.ts';
import { testExpression } from './test-expression.ts';
import { inertText, literalWord, type ShellWord, shellWord, type WordReader } from './word.ts';

export interface FlattenOptions {
  readonly parse: (source: string) => ParsedScript;
  readonly forEachChild: (node: SyntaxNode, callback: (child: SyntaxNode) => void) => void;
  readonly folders: Folders;
  readonly home: string;
  /** True for a folder that `cd` certainly gets into. Without it `cd` may always fail. */
  readonly isThere?: (folder: string) => boolean;
}

/** Lower-case names that shells act on; a loop may not set them. */
const SPECIAL_NAMES = new Set(
  'path cdpath fpath manpath module_path argv prompt psvar status watch mailpath histchars auto_resume fignore'.split(
    ' ',
  ),
);

/** Takes a command apart into all simple commands that it may run, with the folder in which each runs. */
export function flatten(source: string, options: FlattenOptions): Flattened {
  const commands: SimpleCommand[] = [];
  const problems = new Set<string>();
  const assigned = new Map<string, ShellWord[]>();
  const loopValues = new Map<string, ShellWord[]>();
  const { forEachChild, home } = options;

  interface Place {
    readonly folders: Folders;
    readonly nested: boolean;
    readonly loops: ReadonlySet<string>;
    readonly source?: SimpleCommand;
  }

  const script = (parsed: ParsedScript, place: Place): void => {
    for (const error of parsed.errors ?? []) problems.add(`the shell syntax is not understood: ${error.message}`);
    statements(parsed.commands, place);
  };

  const statements = (list: readonly Statement[], place: Place): After => {
    let after: After = { done: place.folders, failed: place.folders };
    for (const one of list) {
      const folders = either(after.done, after.failed);
      after = pipelineOrList(one.command, { ...place, folders });
      if (one.background) after = { done: folders, failed: folders };
    }
    return after;
  };

  const list = (node: CompoundList, place: Place): After => statements(node.commands, place);

  const pipelineOrList = (node: PipelineNode | AndOr, place: Place): After => {
    if (node.type !== 'AndOr') return pipeline(node, place);
    let after = pipeline(node.commands[0]!, place);
    node.commands.slice(1).forEach((next, index) => {
      if (node.operators[index] === '&&') {
        const then = pipeline(next, { ...place, folders: after.done });
        after = { done: then.done, failed: either(after.failed, then.failed) };
      } else {
        const then = pipeline(next, { ...place, folders: after.failed });
        after = { done: either(after.done, then.done), failed: then.failed };
      }
    });
    return after;
  };

  const pipeline = (node: PipelineNode, place: Place): After => {
    if (node.type !== 'Pipeline') return command(node, place);
    if (node.commands.length === 0) problems.add('a pipeline without a command');
    if (node.commands.length === 1) {
      const after = command(node.commands[0]!, place);
      return odd(node) ? { done: after.failed, failed: after.done } : after;
    }
    let before: SimpleCommand | undefined;
    for (const part of node.commands) {
      const from = commands.length;
      command(part, before === undefined ? place : { ...place, source: before });
      before = commands.length > from ? commands[commands.length - 1] : undefined;
    }
    return { done: place.folders, failed: place.folders };
  };

  const odd = (node: Pipeline) => node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;

  const command = (node: CommandNode | CompoundList, place: Place): After => {
    const stay: After = { done: place.folders, failed: place.folders };
    switch (node.type) {
      case 'Command':
        return simple(node, place);
      case 'CompoundList':
        return list(node, place);
      case 'Redirected': {
        redirectionsOnly(node.redirects, place);
        return command(node.command, place);
      }
      case 'BraceGroup':
        return list(node.body, place);
      case 'Subshell':
        list(node.body, place);
        return stay;
      case 'If': {
        let after = list(node.clause, place);
        const ends = [list(node.then, { ...place, folders: after.done })];
        for (const branch of node.elif) {
          after = list(branch.clause, { ...place, folders: after.failed });
          ends.push(list(branch.then, { ...place, folders: after.done }));
        }
        if (node.else !== undefined) ends.push(list(node.else, { ...place, folders: after.failed }));
        else ends.push({ done: after.failed, failed: after.failed });
        return anywhere(ends);
      }
      case 'While':
        return repeated(place, (inside) => {
          const after = list(node.clause, inside);
          const end = list(node.body, { ...inside, folders: after.done });
          return either(after.failed, either(end.done, end.failed));
        });
      case 'For':
      case 'Select': {
        if (node.type === 'Select') problems.add('a select loop');
        const name = node.name.text;
        const fine = /^[a-z][a-z0-9_]*$/.test(name) && !SPECIAL_NAMES.has(name);
        if (!fine) problems.add(`a loop that sets ${name}`);
        const words = node.wordlist?.map((word) => inspect(word, place));
        if (words === undefined) problems.add('a loop over the arguments');
        else if (words.some((word) => word.unknown)) problems.add('a loop over an expansion');
        for (const word of words ?? []) {
          remember(assigned, name, word);
          remember(loopValues, name, word);
        }
        return repeated({ ...place, loops: new Set([...place.loops, name]) }, (inside) => {
          const end = list(node.body, inside);
          return either(end.done, end.failed);
        });
      }
      case 'Case': {
        if (inspect(node.word, place).unknown) problems.add('a case over an expansion');
        const ends = [stay];
        for (const item of node.items) {
          for (const pattern of item.pattern) if (inspect(pattern, place).unknown) problems.add('a case pattern');
          if (item.terminator === ';&' || item.terminator === ';;&') problems.add('a case that falls through');
          ends.push(list(item.body, place));
        }
        return anywhere(ends);
      }
      case 'TestCommand':
        testExpression(node.expression, readerAt(place));
        return stay;
      case 'Function':
        problems.add('a function definition');
        command(node.body, { ...place, folders: undefined });
        return { done: undefined, failed: undefined };
      case 'Coproc':
        problems.add('a coprocess');
        command(node.body, place);
        return stay;
      case 'ArithmeticFor':
        problems.add('an arithmetic loop');
        scan(node, place);
        list(node.body, { ...place, folders: undefined });
        return { done: undefined, failed: undefined };
      case 'ArithmeticCommand':
        problems.add('shell arithmetic');
        if (node.expression === undefined && node.body.trim() !== '')
          problems.add('shell arithmetic that is not understood');
        scan(node, place);
        return stay;
      default:
        problems.add('a construct that is not known');
        scan(node as SyntaxNode, place);
        return { done: undefined, failed: undefined };
    }
  };

  const repeated = (place: Place, body: (inside: Place) => Folders): After => {
    const mark = commands.length;
    let end = body(place);
    if (end !== place.folders) {
      commands.length = mark;
      end = body({ ...place, folders: undefined });
      return { done: undefined, failed: undefined };
    }
    return { done: end, failed: end };
  };

  const simple = (node: Command, place: Place): After => {
    const words: ShellWord[] = [];
    const assignments: { name: string; value: ShellWord | undefined }[] = [];
    if (node.name !== undefined) words.push(inspect(node.name, place));
    for (const item of node.prefix) if (item.type === 'Assignment') assignments.push(assignment(item, place));
    for (const item of node.suffix) {
      if (item.type === 'Word') words.push(inspect(item, place));
      else if (item.type === 'Assignment') {
        // `export X=1`: an argument to the builtin, and an assignment
        assignment(item, place);
        const value = item.value.type === 'Word' && item.index === undefined ? shellWord(item.value) : undefined;
        if (value?.plain) words.push(literalWord(`${item.name}${item.append ? '+' : ''}=${value.text}`));
        else words.push({ ...literalWord(item.text), raw: item.text, plain: false, unknown: true });
      }
    }
    const { files, texts } = redirections(node.redirects, readerAt(place));
    const made: SimpleCommand = {
      words,
      assignments,
      files,
      texts,
      folders: place.folders,
      nested: place.nested,
      loops: place.loops,
      text: node.end > node.pos ? sourceOf(node) : '',
      ...(place.source === undefined ? {} : { source: place.source }),
    };
    commands.push(made);
    if (['read', 'mapfile', 'readarray', 'getopts', 'unset', 'let'].includes(words[0]?.text ?? '')) {
      for (const word of words.slice(1)) {
        if (!word.text.startsWith('-'))
          remember(assigned, word.text, { ...literalWord(''), plain: false, unknown: true });
      }
    }
    return afterCommand(made, () => knownVariables(made), home, options.isThere);
  };

  const sourceOf = (node: { readonly pos: number; readonly end: number }) => current.slice(node.pos, node.end);

  const knownVariables = (made: SimpleCommand): Map<string, readonly ShellWord[]> => {
    const values = new Map<string, readonly ShellWord[]>();
    if (!assigned.has('HOME')) values.set('HOME', [literalWord(home)]);
    if (!assigned.has('PWD') && made.folders !== undefined) values.set('PWD', made.folders.map(literalWord));
    for (const name of made.loops) {
      if (loopValues.get(name)?.length === assigned.get(name)?.length) values.set(name, loopValues.get(name)!);
    }
    return values;
  };

  const assignment = (node: Assignment, place: Place) => {
    const value = node.value.type === 'Word' ? inspect(node.value, place) : undefined;
    if (node.value.type === 'ArrayValue') for (const element of node.value.elements) inspect(element, place);
    if (node.index !== undefined) {
      problems.add('an array subscript');
      inspect(node.index, place);
    }
    const odd = value === undefined || node.append || node.index !== undefined;
    remember(assigned, node.name, odd ? { ...literalWord(node.text), plain: false, unknown: true } : value);
    return { name: node.name, value: odd ? undefined : value };
  };

  const redirectionsOnly = (redirects: readonly Redirection[], place: Place): void => {
    const { files, texts } = redirections(redirects, readerAt(place));
    const { folders, nested, loops } = place;
    commands.push({ words: [], assignments: [], files, texts, folders, nested, loops, text: 'a redirection' });
  };

  const readerAt = (place: Place): WordReader => ({
    inspect: (word) => inspect(word, place),
    scan: (node) => scan(node, place),
    problem: (what) => void problems.add(what),
  });

  const inspect = (word: Word, place: Place): ShellWord => {
    if (/[`(]|\$[[{]/.test(word.text)) scan(word, place);
    return shellWord(word);
  };

  /** Follows every script inside of a node. */
  const scan = (node: SyntaxNode, place: Place): void => {
    forEachChild(node, (child) => {
      if (child.type === 'CommandExpansion' && inertText(child) !== undefined) return;
      if (child.type === 'Script') {
        const outer = current;
        if (child.source !== undefined) current = child.source;
        script(child, { folders: place.folders, nested: true, loops: place.loops });
        current = outer;
      } else if (child.type !== 'CompoundList') scan(child, place);
    });
  };

  let current = source;
  // a command substitution to bash 5.3, an error to those before
  if (/\$\{[\s|]/.test(source)) problems.add('the shell syntax is not understood: a brace with a blank');
  script(options.parse(source), { folders: options.folders, nested: false, loops: new Set() });
  return { commands, problems: [...problems], assigned, loopValues };
}

function remember(map: Map<string, ShellWord[]>, name: string, value: ShellWord): void {
  const values = map.get(name);
  if (values === undefined) map.set(name, [value]);
  else values.push(value);
}
