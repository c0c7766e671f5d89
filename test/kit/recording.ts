import { mkdir, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  type AssistantMessage,
  defineExtension,
  type Extension,
  type JsonObject,
  type Manifest,
  textOf,
} from 'tenon/plugin-api';
import { atomicWrite } from 'tenon/plugin-api/lib/atomic-write';
import { parseScript, type Turn } from '../../extensions/fake-model/script.ts';
import { callTool, fail, type Script, type ScriptLine, type ScriptPart, say, stall, think } from './script.ts';

/**
 * The script in a file: one that `recordTo` wrote, or one for `--model fake:FILE`, which has the same format
 * (`{ "turns": [ { "thinking", "text", "calls", "fail", "stallMs" } ] }`).
 * @throws Error naming the file, and line and field where it is not such a script
 */
export async function fromRecording(file: string): Promise<Script> {
  const path = resolve(file);
  return parseScript(await readFile(path, 'utf8'), `the recording ${path}`).turns.map(lineOf);
}

/**
 * An extension that writes every answer of the model to a file, which `fromRecording` and `--model fake:FILE` play
 * back. Give it to a harness or a program with a real provider. Failed requests are not recorded.
 */
export function recordTo(file: string): Extension {
  const path = resolve(file);
  const manifest: Manifest = {
    id: 'test-kit-recorder',
    version: '0.1.0',
    api: 1,
    description: 'Writes the answers of the model to a file',
    taps: ['ModelResponse'],
    capabilities: ['fs-write'],
  };
  return defineExtension({
    manifest,
    setup(api) {
      const turns: Turn[] = [];
      let written: Promise<void> = Promise.resolve();
      api.hooks.ModelResponse.tap(({ message }) => {
        turns.push(turnOf(message));
        const text = `${JSON.stringify({ turns }, undefined, 2)}\n`;
        written = written.then(async () => {
          await mkdir(dirname(path), { recursive: true });
          await atomicWrite(path, text);
        });
        return written;
      });
    },
  });
}

function lineOf(turn: Turn): ScriptLine {
  const parts: ScriptPart[] = [];
  if (turn.stallMs !== undefined) parts.push(stall(turn.stallMs));
  if (turn.fail !== undefined) parts.push(fail(turn.fail.status, turn.fail.message));
  if (turn.thinking !== undefined) parts.push(think(turn.thinking));
  if (turn.text !== undefined) parts.push(say(turn.text));
  for (const { name, input, id } of turn.calls ?? []) parts.push(callTool(name, (input ?? {}) as JsonObject, id));
  return parts;
}

function turnOf({ content }: AssistantMessage): Turn {
  const thinking = content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : [])).join('');
  const text = textOf(content);
  const calls = content.flatMap((block) =>
    block.type === 'tool_use' ? [{ name: block.name, input: block.input, id: block.id }] : [],
  );
  return {
    ...(thinking === '' ? {} : { thinking }),
    ...(text === '' ? {} : { text }),
    ...(calls.length === 0 ? {} : { calls }),
  };
}
