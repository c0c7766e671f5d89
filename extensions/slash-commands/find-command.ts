import { stat } from 'node:fs/promises';
import { Commands, type ExtensionApi, type Session, type TypedCommand } from 'tenon/plugin-api';
import { type AvailableSkill, availableSkills, commandsOff, findSkill } from 'tenon/plugin-api/lib/invocable';
import { fitsPattern, isPattern } from 'tenon/plugin-api/lib/name-pattern';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { listCommands } from './list-commands.ts';
import { runCommand } from './run-command.ts';
import { runSkills, type SkillRun } from './run-skills.ts';

/** Skills that one message may call, one after the other: the first and so many more. */
const MORE_SKILLS = 5;
/** What a command may be called; with anything else in it, it is text. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_:.-]*$/u;

/** The command that a text calls, or `undefined` for a text that calls none. */
export async function findCommand(
  api: ExtensionApi,
  session: Session,
  text: string,
): Promise<TypedCommand | undefined> {
  const typed = split(text);
  if (typed === undefined || commandsOff(api)) return undefined;
  const { name, args } = typed;
  const command = declaredCommand(api, name);
  if (command !== undefined) {
    const run = () => runCommand(api, session, { name: command.name, args, typed: text, owner: command.owner });
    return { name: command.name, args, prompts: command.prompts === true, run };
  }
  const skills = availableSkills(api);
  const skill = findSkill(skills, name);
  if (skill !== undefined) {
    const runs = stacked(skills, skill, args);
    return { name: skill.name, args, prompts: true, run: () => runSkills(api, session, text, runs) };
  }
  if (!NAME.test(name) || (await exists(`/${name}`))) return undefined;
  return { name, args, prompts: false, run: async () => ({ output: unknown(api, name), isError: true }) };
}

/** `/name the rest` taken apart. */
function split(text: string): { readonly name: string; readonly args: string } | undefined {
  const found = /^\s*\/(\S+)(?:\s+([\s\S]*))?$/.exec(text);
  return found === null ? undefined : { name: found[1]!, args: (found[2] ?? '').trimEnd() };
}

function declaredCommand(api: ExtensionApi, name: string) {
  const declared = api.declared(Commands);
  const exact =
    declared.find((one) => one.name === name) ??
    declared.find(({ aliases }) => Array.isArray(aliases) && aliases.includes(name));
  if (exact !== undefined) return exact;
  const pattern = declared.find((one) => isPattern(one.name) && fitsPattern(one.name, name));
  return pattern && { ...pattern, name };
}

/** `/a /b text` calls both with the text. */
function stacked(skills: readonly AvailableSkill[], first: AvailableSkill, args: string): readonly SkillRun[] {
  const called = [first];
  let rest = args;
  while (called.length <= MORE_SKILLS) {
    const next = split(rest);
    const skill = next && findSkill(skills, next.name);
    if (next === undefined || skill === undefined || !rest.startsWith('/')) break;
    if (!called.includes(skill)) called.push(skill);
    rest = next.args;
  }
  return called.map((skill) => ({ skill, args: rest }));
}

function unknown(api: ExtensionApi, name: string): string {
  const near = nearest(
    name,
    listCommands(api).map((one) => one.name),
  );
  return `There is no command /${name}. ${near === undefined ? '/help lists those there are.' : `Did you mean /${near}?`}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false, // then it is meant as a command
  );
}
