import { relative, resolve } from 'node:path';
import type { PathVerdict } from 'tenon/plugin-api';
import type { Finding, Ground } from './ground.ts';
import { linkedName } from './linked-places.ts';
import { absolutePath, isInside, refusedPath, type Walk, walkPath } from './path-walk.ts';
import { protectedName } from './protected-paths.ts';
import { coversTool, describeRule, isSound, isWhole, type Rule } from './rule.ts';

export type Access = 'read' | 'write';

export interface PathFinding extends Finding {
  readonly resolved: string;
  readonly inside: boolean;
}

/** Tools that write files, each covered by Edit rules. */
const WRITERS = new Set(['Edit', 'Write', 'NotebookEdit']);
/** Tools that only work on files. */
export const FILE_TOOLS: ReadonlySet<string> = new Set([...WRITERS, 'Read', 'Grep', 'Glob', 'LS', 'LSP']);
/** Files that are no place: reading gives nothing, writing keeps nothing. */
const SINKS = new Set(['/dev/null', '/dev/stdout', '/dev/stderr']);

/** True when a deny or ask rule is about files and covers this kind of access by this tool. */
function concerns(rule: Rule, access: Access, tool: string): boolean {
  if (rule.specifier !== undefined && rule.specifier.kind !== 'path') return false;
  if (rule.tool === 'Read') return true;
  if (access === 'write' && rule.tool === 'Edit') return true;
  if (access === 'write' && rule.tool === 'Write' && isWhole(rule)) return true;
  if (rule.specifier === undefined) return false;
  return coversTool(rule, tool);
}

/** A deny or ask rule that names a path on the way. `tool` is the tool whose call it is. */
export function strictRule(rules: readonly Rule[], walk: Walk, access: Access, tool: string): Rule | undefined {
  return rules.find((rule) => {
    if (!concerns(rule, access, tool)) return false;
    // a whole rule on another reader or writer is about that tool; on Bash it is about what the command does
    if (rule.specifier === undefined) return wholeApplies(rule, access, tool);
    return (
      rule.specifier.kind === 'path' &&
      walk.hops.some((hop) => (rule.specifier as { pattern: { matches(path: string): boolean } }).pattern.matches(hop))
    );
  });
}

function wholeApplies(rule: Rule, access: Access, tool: string): boolean {
  if (rule.tool === 'Read') return access === 'read';
  if (tool === rule.tool) return true;
  if (tool === 'Bash' || tool === 'Monitor') return true;
  return rule.tool === 'Edit' && WRITERS.has(tool);
}

function allowRule(rules: readonly Rule[], walk: Walk, access: Access, tool: string): Rule | undefined {
  return rules.find((rule) => {
    if (!isSound(rule)) return false;
    const kind = access === 'read' ? 'Read' : 'Edit';
    if (rule.specifier === undefined)
      return coversTool(rule, tool) ? tool !== 'Bash' : rule.tool === kind && tool === 'Bash';
    if (rule.specifier.kind !== 'path' || (rule.tool !== kind && rule.tool !== tool)) return false;
    const { pattern } = rule.specifier;
    return walk.hops.every((hop) => pattern.matches(hop) || isLinkAbove(hop, walk, pattern));
  });
}

/** A link on the way that leads, as it stands, into what the rule names (`/tmp` that is `/private/tmp`). */
function isLinkAbove(hop: string, walk: Walk, pattern: { matches(path: string): boolean }): boolean {
  const named = walk.hops[0]!;
  // a folder above both ends is not itself what is opened
  return (
    hop !== named &&
    hop !== walk.resolved &&
    named.startsWith(`${hop}/`) &&
    pattern.matches(named) &&
    pattern.matches(walk.resolved)
  );
}

/** Judges one access to a file. `path` is absolute; it need not exist. */
export function judgePath(ground: Ground, path: string, access: Access, tool: string): PathFinding {
  const refused = refusedPath(path);
  if (refused !== undefined) {
    return { verdict: 'deny', source: 'safety', reason: refused, path, resolved: path, inside: false };
  }
  if (SINKS.has(path) && (access === 'write' || path === '/dev/null')) {
    return { verdict: 'allow', source: 'other', reason: 'nothing is kept there', path, resolved: path, inside: true };
  }
  const walk = walkPath(path);
  const lent = access === 'read' && ground.lent.has(walk.resolved);
  const inside = isInsideRoots(ground, walk);
  const found = (verdict: Finding['verdict'], source: Finding['source'], reason: string, rule?: Rule): PathFinding => ({
    verdict,
    source,
    reason,
    path: walk.resolved,
    resolved: walk.resolved,
    inside,
    ...(rule === undefined ? {} : { rule: rule.text }),
  });
  const where = walk.resolved === resolve(path) ? walk.resolved : `${resolve(path)}, which is ${walk.resolved},`;
  const deny = strictRule(ground.rules.deny, walk, access, tool);
  if (deny !== undefined) return found('deny', 'rule', `${where} is denied by the rule ${describeRule(deny)}`, deny);
  const block = access === 'read' ? 'blockReadsOutsideWorkingDirectories' : 'blockWritesOutsideWorkingDirectories';
  const blocked =
    ground.blocked[access] && !inside && !lent ? `${where} is outside of the working folder (${block})` : undefined;
  if (blocked !== undefined && FILE_TOOLS.has(tool)) {
    return found('deny', 'safety', `${blocked}. Ask the user to add its folder (--add-dir) if it is needed`);
  }
  const ask = strictRule(ground.rules.ask, walk, access, tool);
  if (ask !== undefined) return found('ask', 'rule', `the rule ${describeRule(ask)} asks about ${where}`, ask);
  const { mode } = ground;
  if (mode !== 'bypassPermissions') {
    const danger = dangerOf(ground, walk, access);
    if (danger !== undefined) return found('ask', 'safety', danger);
    // commands are asked about, as far as they can be read; only a sandbox can forbid them everything
    if (blocked !== undefined) return found('ask', 'safety', blocked);
  } else return found('allow', 'mode', 'the mode bypassPermissions allows it');
  if (access === 'write' && mode === 'plan') return found('ask', 'mode', `plan mode does not change ${where}`);
  if (access === 'write' && mode === 'acceptEdits' && inside)
    return found('allow', 'mode', 'the mode acceptEdits allows it');
  const allow = allowRule(ground.rules.allow, walk, access, tool);
  if (allow !== undefined) return found('allow', 'rule', `the rule ${describeRule(allow)} allows it`, allow);
  if (lent) return found('allow', 'other', 'it was made for the model to read');
  if (access === 'read' && inside) return found('allow', 'workingDir', 'it is in the working folder');
  if (inside) return found('ask', 'other', `${where} would be changed`);
  return found('ask', 'workingDir', `${where} is outside of the working folder`);
}

/** Judges one path as a file tool names it. */
export function pathVerdict(ground: Ground, path: string, access: Access): PathVerdict {
  const refused = refusedPath(path);
  if (refused !== undefined) return { verdict: 'deny', reason: refused, resolved: path };
  const tool = access === 'read' ? 'Read' : 'Edit';
  const { verdict, reason, resolved } = judgePath(ground, absolutePath(path, ground.cwd, ground.home), access, tool);
  const silent = ground.mode === 'dontAsk' || ground.unasked !== undefined;
  return { verdict: verdict === 'ask' && silent ? 'deny' : verdict, reason, resolved };
}

/** True when every hop is inside of a working folder. */
function isInsideRoots(ground: Ground, walk: Walk): boolean {
  const folders = rootPaths(ground);
  return (
    walk.failure === undefined &&
    walk.hops.every((hop) => folders.some((folder) => isInside(hop, folder)) || isWayTo(hop, walk, ground))
  );
}

/** A link above the working folder as the user named it: it leads to the folder, not out of it. */
function isWayTo(hop: string, walk: Walk, ground: Ground): boolean {
  if (hop === walk.resolved || hop === walk.hops[0]) return false;
  return ground.roots.some(
    (root) => root !== hop && walkPath(root).hops.includes(hop) && isInside(walk.hops[0]!, root),
  );
}

/** For the time of one decision. */
const rootsOf = new WeakMap<Ground, readonly string[]>();

function rootPaths(ground: Ground): readonly string[] {
  let paths = rootsOf.get(ground);
  if (paths === undefined) {
    paths = [...new Set(ground.roots.flatMap((root) => [root, walkPath(root).resolved]))];
    rootsOf.set(ground, paths);
  }
  return paths;
}

/** The part of a path below the outermost working folder that holds it, or the whole path. */
function ownPart(ground: Ground, hop: string): string {
  const holding = rootPaths(ground)
    .filter((folder) => isInside(hop, folder))
    .sort((a, b) => a.length - b.length)[0];
  return holding === undefined ? hop : relative(holding, hop);
}

function dangerOf(ground: Ground, walk: Walk, access: Access): string | undefined {
  if (walk.failure !== undefined) return walk.failure;
  for (const hop of walk.hops) {
    if (/^\/proc\/(?!cpuinfo$|meminfo$|version$|uptime$|loadavg$)/.test(hop))
      return `${hop} shows or changes running processes`;
    if (/^\/(?:dev|sys)\//.test(hop)) return `${hop} is a device`;
    if (access === 'read') continue;
    const name = protectedName(ownPart(ground, hop), ground.folderNames);
    if (name !== undefined) return `${hop} is protected: ${name} can change what other programs run`;
  }
  const other = access === 'write' ? linkedName(ground, walk.resolved) : undefined;
  if (other !== undefined) return `${walk.resolved} is protected: ${other} leads there`;
  const { stats } = walk;
  if (stats === undefined || stats.isDirectory()) return undefined;
  if (!stats.isFile() && !stats.isSymbolicLink()) return `${walk.resolved} is not an ordinary file`;
  if (access === 'write' && stats.nlink > 1)
    return `${walk.resolved} has other names (hard links), perhaps outside of the working folder`;
  return undefined;
}
