import { isAbsolute, relative, resolve } from 'node:path';
import type { JsonObject, SessionRef } from 'tenon/plugin-api';
import { commandPattern } from 'tenon/plugin-api/lib/command-pattern';
import { fitsPattern } from 'tenon/plugin-api/lib/name-pattern';
import { meantTool, toolName } from 'tenon/plugin-api/lib/tool-names';

/** A call that a rule is tried on, and where. */
export interface RuledCall {
  readonly tool: string;
  readonly input: JsonObject;
  readonly session: Pick<SessionRef, 'cwd' | 'root'>;
  readonly home: string;
}

/** The fields in which tools are given a path. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  Read: ['file_path'],
  Edit: ['file_path'],
  Write: ['file_path'],
  NotebookEdit: ['notebook_path', 'file_path'],
  Grep: ['path'],
  Glob: ['path'],
  LS: ['path'],
};
/** A rule on the first name is one on the others as well. */
const COVERS: Readonly<Record<string, readonly string[]>> = {
  Edit: ['Edit', 'Write', 'NotebookEdit'],
  Read: ['Read', 'Grep', 'Glob', 'LS'],
};
const NAMES: Readonly<Record<string, readonly string[]>> = { Agent: ['subagent_type'], Skill: ['skill'] };

/**
 * True when the `if` of a handler, one permission rule, fits a call. What cannot be read runs the handler: a guard that is
 * asked once too often does less harm than one that is not asked.
 */
export async function fitsRule(rule: string, call: RuledCall): Promise<boolean> {
  const parsed = /^\s*([^()\s]+)\s*(?:\((.*)\))?\s*$/s.exec(rule);
  if (parsed === null) return true;
  const named = parsed[1]!;
  const tool = meantTool(named) ?? toolName(named);
  const specifier = parsed[2]?.replace(/\\([()\\])/g, '$1').trim();
  if (!coversTool(tool, call.tool, specifier !== undefined)) return false;
  if (specifier === undefined || specifier === '' || specifier === '*') return true;
  const { input } = call;
  if (tool === 'Bash' || tool === 'PowerShell' || tool === 'Monitor') {
    const { command } = input;
    return typeof command !== 'string' || fitsCommand(specifier, command, tool === 'PowerShell');
  }
  if (PATHS[tool] !== undefined) return fitsPath(specifier, call);
  if (tool === 'WebFetch' && specifier.startsWith('domain:')) return fitsDomain(specifier.slice(7), input.url);
  const names = NAMES[tool];
  if (names?.some((name) => fitsPattern(specifier, String(input[name] ?? '')))) return true;
  const field = /^([A-Za-z_][\w-]*):(.*)$/s.exec(specifier);
  if (field === null) return names === undefined;
  const value = Object.hasOwn(input, field[1]!) ? input[field[1]!] : undefined;
  return ['string', 'number', 'boolean'].includes(typeof value) && fitsPattern(field[2]!.trim(), String(value));
}

function coversTool(rule: string, tool: string, specified: boolean): boolean {
  if (rule === tool || (rule.includes('*') && fitsPattern(rule, tool))) return true;
  if (specified && COVERS[rule]?.includes(tool)) return true;
  // `mcp__server` is every tool of the server
  return rule.startsWith('mcp__') && rule.split('__').length === 2 && tool.startsWith(`${rule}__`);
}

// ---------------------------------------------------------------- commands

async function fitsCommand(specifier: string, command: string, ignoreCase: boolean): Promise<boolean> {
  let pattern: ReturnType<typeof commandPattern>;
  try {
    pattern = commandPattern(specifier, ignoreCase);
  } catch {
    return true; // a rule that makes no sense guards everything
  }
  if (pattern.test(command.trim())) return true;
  const { commandsOf } = await import('./commands-of.ts');
  const found = commandsOf(command);
  // a command that is not understood may be anything
  if (found === undefined) return true;
  if (found.commands.some((one) => pattern.test(one))) return true;
  // what an expansion becomes is not known; the first word of a pattern alone is compared with what is written
  const more = /\s/.test(specifier.replace(/(?::\*|\s+\*)$/, '').trim());
  return more && found.expands;
}

// ------------------------------------------------------------------- paths

async function fitsPath(specifier: string, { tool, input, session, home }: RuledCall): Promise<boolean> {
  const field = (PATHS[tool] ?? []).map((name) => input[name]).find((value) => value !== undefined);
  const given = typeof field === 'string' ? field : '.';
  const path = given.startsWith('~/') ? resolve(home, given.slice(2)) : resolve(session.cwd, given);
  const { base, pattern } = anchored(specifier, session, home);
  const way = relative(base, path);
  if (way.startsWith('..') || isAbsolute(way)) return false;
  const { default: picomatch } = await import('picomatch');
  try {
    // a folder stands for all that it holds, and a bare name for files of that name anywhere
    const bare = !pattern.includes('/');
    const patterns = bare ? [`**/${pattern}`, `**/${pattern}/**`] : [pattern, `${pattern}/**`];
    return picomatch(patterns, { dot: true, nonegate: true })(way === '' ? '.' : way);
  } catch {
    return true; // a pattern that cannot be read guards everything
  }
}

/** Where a pattern starts: `//` the root, `~/` the home folder, `/` the project, otherwise the working directory. */
function anchored(
  specifier: string,
  session: RuledCall['session'],
  home: string,
): { readonly base: string; readonly pattern: string } {
  if (specifier.startsWith('//')) return { base: '/', pattern: specifier.slice(2) };
  if (specifier.startsWith('~/')) return { base: home, pattern: specifier.slice(2) };
  if (specifier.startsWith('/')) return { base: session.root, pattern: specifier.slice(1) };
  return { base: session.cwd, pattern: specifier.replace(/^\.\//, '') };
}

function fitsDomain(pattern: string, url: unknown): boolean {
  try {
    const { hostname } = new URL(String(url));
    const wanted = pattern.trim().toLowerCase();
    return wanted === '*' || fitsPattern(wanted, hostname) || (wanted.startsWith('*.') && hostname === wanted.slice(2));
  } catch {
    return false; // no address: the tool refuses it
  }
}
