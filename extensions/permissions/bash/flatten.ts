import { posix } from 'node:path';
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
  TestExpression,
  Word,
} from 'unbash';
import { argumentsOf } from './argument.ts';
import { inertText, literalWord, type ShellWord, shellWord } from './word.ts';

/** Where a command may run: one of these folders; `undefined` when that is not known. */
export type Folders = readonly string[] | undefined;

export interface RedirectedFile {
  readonly access: 'read' | 'write';
  readonly target: ShellWord;
}

/** One program or builtin with its arguments, wherever it stands in a command. */
export interface SimpleCommand {
  /** Empty for a command that only assigns or redirects. */
  readonly words: readonly ShellWord[];
  readonly assignments: readonly { readonly name: string; readonly value: ShellWord | undefined }[];
  readonly files: readonly RedirectedFile[];
  /** Texts of here-documents and here-strings. */
  readonly texts: readonly ShellWord[];
  readonly folders: Folders;
  /** The command whose output it reads. */
  readonly source?: SimpleCommand;
  /** Stands in a substitution. */
  readonly nested: boolean;
  /** Loop variables in whose body it stands. */
  readonly loops: ReadonlySet<string>;
  /** As it is written. */
  readonly text: string;
}

export interface Flattened {
  readonly commands: readonly SimpleCommand[];
  /** Why the whole cannot be judged: constructs that are not followed. */
  readonly problems: readonly string[];
  /** Every value that the command gives to a variable; `undefined` among them when one is not literal. */
  readonly assigned: ReadonlyMap<string, readonly ShellWord[]>;
  /** Values of the loop variables alone. */
  readonly loopValues: ReadonlyMap<string, readonly ShellWord[]>;
}

export interface FlattenOptions {
  readonly parse: (source: string) => ParsedScript;
  readonly forEachChild: (node: SyntaxNode, callback: (child: SyntaxNode) => void) => void;
  readonly folders: Folders;
  readonly home: string;
  /** True for a folder that `cd` certainly gets into. Without it `cd` may always fail. */
  readonly isThere?: (folder: string) => boolean;
}

const NOWHERE: Folders = [];

/** Lower-case names that shells act on; a loop may not set them. */
const SPECIAL_NAMES = new Set(
  'path cdpath fpath manpath module_path argv prompt psvar status watch mailpath histchars auto_resume fignore'.split(
    ' ',
  ),
);
const NUMBER = /^-?[0-9]+$/;
const ARITHMETIC_TESTS = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);

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
  /** Where the shell is after success and after failure. */
  interface After {
    readonly done: Folders;
    readonly failed: Folders;
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
        test(node.expression, place);
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
    const { files, texts } = redirections(node.redirects, place);
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
    return changeFolder(made);
  };

  const sourceOf = (node: { readonly pos: number; readonly end: number }) => current.slice(node.pos, node.end);

  const changeFolder = (made: SimpleCommand): After => {
    const stay: After = { done: made.folders, failed: made.folders };
    let { words } = made;
    while (words[0]?.text === 'command' || words[0]?.text === 'builtin') words = words.slice(1);
    const name = words[0]?.text;
    if (name === undefined || !/^(?:cd|chdir|pushd|popd)$/.test(name)) return stay;
    const operands = words.slice(1).filter((word) => !/^(?:-[LPe@]+|--)$/.test(word.text));
    const physical = words.some((word) => /^-[Le@]*P/.test(word.text));
    const nowhere: After = { done: undefined, failed: made.folders };
    if (name === 'popd' || operands.length > 1 || physical) return nowhere;
    const target = operands[0];
    if (target === undefined) return name === 'cd' ? { done: [home], failed: made.folders } : nowhere;
    if (/^[-+]/.test(target.text) || target.glob) return nowhere;
    const folders: string[] = [];
    for (const argument of argumentsOf(target, { variables: knownVariables(made), home, guess: false })) {
      if (!argument.known || argument.glob) return nowhere;
      const path = argument.text;
      if (path === '') return stay;
      if (path.startsWith('/')) folders.push(posix.resolve(path));
      else if (made.folders === undefined) return nowhere;
      else for (const folder of made.folders) folders.push(posix.resolve(folder, path));
    }
    // nowhere: what follows a failure does not run
    const failed = options.isThere !== undefined && folders.every(options.isThere) ? NOWHERE : made.folders;
    return { done: sorted(folders), failed };
  };

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
    const { files, texts } = redirections(redirects, place);
    const { folders, nested, loops } = place;
    commands.push({ words: [], assignments: [], files, texts, folders, nested, loops, text: 'a redirection' });
  };

  const redirections = (redirects: readonly Redirection[], place: Place) => {
    const files: RedirectedFile[] = [];
    const texts: ShellWord[] = [];
    for (const redirect of redirects) {
      if (redirect.descriptor?.type === 'FileDescriptorVariable') problems.add('a file descriptor in a variable');
      if (redirect.type === 'HereDoc') {
        const { delimiter, body, closing } = redirect;
        const clean = delimiter !== undefined && /^(['"]?)[A-Za-z0-9_.-]+\1$/.test(delimiter.text);
        if (closing === undefined || !clean) problems.add('a here-document whose end is not clear');
        const parts = delimiter?.quoted ? undefined : body.parts;
        if (parts === undefined) texts.push(literalWord(body.text));
        else {
          const word = shellWord({ type: 'Word', text: body.text, value: body.text, pos: 0, end: 0, parts });
          if (
            parts.some(
              (part) =>
                part.type !== 'Literal' && part.type !== 'SimpleExpansion' && part.type !== 'ParameterExpansion',
            )
          ) {
            problems.add('an expansion in a here-document');
          }
          const expansions = word.pieces.filter((piece) => piece.kind === 'unknown');
          if (expansions.some((piece) => /[`$]/.test(piece.text))) problems.add('an expansion in a here-document');
          texts.push({ ...literalWord(body.text), raw: body.text });
          scan(body, place);
        }
        continue;
      }
      if (redirect.target === undefined) {
        problems.add('a redirection without a target');
        continue;
      }
      const target = inspect(redirect.target, place);
      if (redirect.type === 'HereString') {
        if (target.unknown) problems.add('an expansion in a here-string');
        texts.push(target);
        continue;
      }
      const { operator } = redirect;
      if ((operator === '>&' || operator === '<&') && /^(?:[0-9]+-?|-)$/.test(target.raw)) continue;
      if (operator === '<&') problems.add('a file descriptor that is not a number');
      files.push({ access: operator === '<' || operator === '<&' ? 'read' : 'write', target });
      if (operator === '<>') files.push({ access: 'read', target });
    }
    return { files, texts };
  };

  const test = (node: TestExpression, place: Place): void => {
    const word = (one: Word): ShellWord => {
      const value = inspect(one, place);
      if (value.unknown) problems.add('an expansion in a test');
      return value;
    };
    switch (node.type) {
      case 'TestUnary':
        if (node.operator === '-v' || node.operator === '-R') problems.add('a test of a variable by name');
        word(node.operand);
        return;
      case 'TestBinary': {
        const sides = [word(node.left), word(node.right)];
        if (!ARITHMETIC_TESTS.has(node.operator)) return;
        for (const side of sides) {
          const harmless = side.plain ? NUMBER.test(side.text) : /^"?\$[?#$]"?$/.test(side.raw);
          if (!harmless) problems.add('shell arithmetic');
        }
        return;
      }
      case 'TestLogical':
        for (const operand of node.operands) test(operand, place);
        return;
      case 'TestNot':
        test(node.operand, place);
        return;
      case 'TestGroup':
        test(node.expression, place);
        return;
      default:
        problems.add('a test that is not known');
        scan(node as SyntaxNode, place);
    }
  };

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

function sorted(folders: readonly string[]): Folders {
  const unique = [...new Set(folders)].sort();
  return unique.length > 8 ? undefined : unique;
}

function either(a: Folders, b: Folders): Folders {
  if (a === b) return a;
  if (a === undefined || b === undefined) return undefined;
  const both = sorted([...a, ...b]);
  // the same array when nothing changed, which is how a loop sees that its body stays in place
  return both !== undefined && both.length === a.length && both.every((folder, index) => folder === a[index])
    ? a
    : both;
}

function anywhere(ends: readonly { readonly done: Folders; readonly failed: Folders }[]) {
  let folders = either(ends[0]!.done, ends[0]!.failed);
  for (const end of ends.slice(1)) folders = either(folders, either(end.done, end.failed));
  return { done: folders, failed: folders };
}
