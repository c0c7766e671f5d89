import type { BackgroundTask } from 'tenon/plugin-api';

/** Says that there is no task of an id, and which there are. */
export function unknownTask(id: string, tasks: readonly BackgroundTask[]): Error {
  const there = tasks.slice(-10).map((task) => `${task.id} (${task.description}, ${task.status})`);
  const those = there.length === 0 ? 'there are none' : `there are: ${there.join(', ')}`;
  return new Error(`there is no task ${JSON.stringify(id)} in the background; ${those}`);
}
