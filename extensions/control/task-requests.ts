import { open } from 'node:fs/promises';
import { BackgroundTasks, type ExtensionApi, type JsonObject } from 'tenon/plugin-api';
import { textField } from './fields.ts';
import type { Asked } from './requests.ts';

/** Bytes of the end of its output that a client is given. */
const MOST = 8 * 1024;

/** Ends a task. @throws Error when there is none of this id */
export async function stopTask({ api, session, request }: Asked): Promise<JsonObject> {
  const id = textField(request, 'task_id');
  const task = await (await tasksOf(api)).stop(session, id);
  if (task === undefined) throw new Error(`there is no task ${id}`);
  return {};
}

/** Lets calls that somebody waits for go on in the background: one of them, or all. */
export async function backgroundTasks({ api, session, request }: Asked): Promise<JsonObject> {
  const one = request.tool_use_id === undefined ? undefined : textField(request, 'tool_use_id');
  const tasks = await tasksOf(api);
  const moved = tasks.move(session, one);
  if (one !== undefined && moved.length === 0) throw new Error(`no call ${one} can go on in the background`);
  return { backgrounded: moved };
}

/** The end of what a task put out. @throws Error when there is none of this id, or its file cannot be read */
export async function taskOutput({ api, session, request }: Asked): Promise<JsonObject> {
  const id = textField(request, 'task_id');
  const task = (await tasksOf(api)).list(session).find((one) => one.id === id);
  if (task === undefined) throw new Error(`there is no task ${id}`);
  const file = await open(task.outputFile, 'r');
  try {
    const { size } = await file.stat();
    const length = Math.min(size, MOST);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return { output: buffer.toString('utf8', 0, bytesRead), total_bytes: size, truncated: size > length };
  } finally {
    await file.close();
  }
}

async function tasksOf(api: ExtensionApi): Promise<BackgroundTasks> {
  if (!api.has(BackgroundTasks)) throw new Error('this program runs nothing in the background');
  return api.use(BackgroundTasks);
}
