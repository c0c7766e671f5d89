import {
  type ComponentOrigin,
  type Handler,
  type HookHandler,
  hookCatalog,
  type JsonObject,
  type PluginProblem,
} from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { isObject, present } from './fields.ts';
import { optionsIn } from './variables.ts';

/** Where the hooks stand that are taken apart. */
interface HookSource {
  /** The beginning of the names of the handlers: `user`, `plugin:acme`. */
  readonly name: string;
  readonly origin: ComponentOrigin;
  readonly problems: PluginProblem[];
}

type Shape = { readonly needs: readonly string[]; readonly may: readonly string[] };
const COMMON = ['if', 'timeout', 'statusMessage', 'once', 'onFailure'];
const SHAPES: Readonly<Record<string, Shape>> = {
  command: { needs: ['command'], may: ['args', 'shell', 'async', 'asyncRewake'] },
  http: { needs: ['url'], may: ['headers', 'allowedEnvVars'] },
  mcp_tool: { needs: ['server', 'tool'], may: ['input'] },
  prompt: { needs: ['prompt'], may: ['model', 'continueOnBlock'] },
  agent: { needs: ['prompt'], may: ['model', 'continueOnBlock'] },
};
const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  timeout: (value) => typeof value === 'number' && value > 0,
  args: isTexts,
  allowedEnvVars: isTexts,
  async: isBoolean,
  asyncRewake: isBoolean,
  once: isBoolean,
  continueOnBlock: isBoolean,
  headers: isObject,
  input: isObject,
  shell: (value) => value === 'bash' || value === 'powershell',
  onFailure: (value) => value === 'continue' || value === 'block',
};

/**
 * Takes `{ Event: [{ matcher, hooks: [handler] }] }` apart. What is malformed is left out alone and reported; events that
 * this program does not know are kept. Placeholders in commands stay: whoever runs a command knows how to fill them in
 * without making them a part of its text.
 */
export function handlersOf(hooks: JsonObject, source: HookSource): readonly HookHandler[] {
  const handlers: HookHandler[] = [];
  const say = (where: string, message: string) => {
    source.problems.push({ type: 'hooks', severity: 'error', message: `${where}: ${message}; it is left out` });
  };
  for (const [event, groups] of Object.entries(hooks)) {
    // events of later programs are nothing to complain about
    const near = Object.hasOwn(hookCatalog, event) ? undefined : nearest(event, Object.keys(hookCatalog));
    if (near !== undefined) {
      const message = `${event}: there is no such event, so its hooks never run; did you mean ${near}?`;
      source.problems.push({ type: 'hooks', severity: 'warning', message });
    }
    if (!Array.isArray(groups)) {
      say(event, 'must be a list of groups such as { "matcher": "Bash", "hooks": [ … ] }');
      continue;
    }
    for (const [number, group] of (groups as readonly unknown[]).entries()) {
      const where = `${event}[${number}]`;
      const { hooks: list, matcher } = isObject(group) ? group : {};
      if (!Array.isArray(list)) say(where, 'must be an object with "hooks", a list');
      else if (matcher !== undefined && typeof matcher !== 'string') say(where, '"matcher" must be a text');
      else {
        for (const [place, given] of (list as readonly unknown[]).entries()) {
          const at = `${where}.hooks[${place}]`;
          const handler = handlerOf(given, (message) => say(at, message));
          if (handler === undefined) continue;
          if (source.origin.plugin !== undefined) checkOptions(handler, at, source);
          const name = `${source.name}:${event}:${number}:${place}`;
          handlers.push({ name, event, ...present({ matcher }), handler, origin: source.origin });
        }
      }
    }
  }
  return handlers;
}

function handlerOf(given: unknown, say: (message: string) => void): Handler | undefined {
  if (!isObject(given)) return void say('must be an object with "type"');
  const { type } = given;
  const shape = typeof type === 'string' && Object.hasOwn(SHAPES, type) ? SHAPES[type] : undefined;
  if (shape === undefined)
    return void say(`the type ${JSON.stringify(type)} is not one of ${Object.keys(SHAPES).join(', ')}`);
  const missing = shape.needs.find((field) => typeof given[field] !== 'string' || given[field] === '');
  if (missing !== undefined) return void say(`a handler of type ${type} needs ${JSON.stringify(missing)}, a text`);
  const fields: Record<string, unknown> = { type };
  for (const field of [...shape.needs, ...shape.may, ...COMMON]) {
    const value = given[field];
    if (value === undefined) continue;
    const fits = Object.hasOwn(TYPES, field) ? TYPES[field]! : (one: unknown) => typeof one === 'string';
    // a condition that cannot be read must not make the handler run for everything
    if (!fits(value) && field === 'if') return void say('"if" must be a text, one permission rule');
    if (fits(value)) fields[field] = value;
  }
  return fields as unknown as Handler;
}

/** Whoever runs it refuses it: in the text of a shell an answer could become a command. */
function checkOptions(handler: Handler, at: string, source: HookSource): void {
  if (handler.type !== 'command' || handler.args !== undefined) return;
  const [asked] = optionsIn(handler.command);
  if (asked === undefined) return;
  const message = `${at}: \${user_config.${asked}} cannot stand in the text of a shell; write $CLAUDE_PLUGIN_OPTION_${asked}, or use "args"`;
  source.problems.push({ type: 'hooks', severity: 'error', message });
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}
