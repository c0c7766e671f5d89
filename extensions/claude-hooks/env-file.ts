import type { SessionRef } from 'tenon/plugin-api';
import { sessionEnvFile } from 'tenon/plugin-api/lib/session-env-file';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import type { Workbench } from './handler-run.ts';

const EVENTS = ['SessionStart', 'Setup', 'CwdChanged', 'FileChanged'];

/** True when commands of an event may set variables for later commands of the session. */
export function takesEnvFile(event: string): boolean {
  return EVENTS.includes(event);
}

/**
 * The file to which a handler's command appends shell lines for the later commands of the session; one for each handler,
 * so that those that run at the same time do not mix their lines.
 */
export function envFileOf({ api, host }: Workbench, session: SessionRef, handler: string): string | undefined {
  try {
    return sessionEnvFile(session, userFolder(host), handler);
  } catch (error) {
    api.log.warn(`hooks are given no CLAUDE_ENV_FILE: ${(error as Error).message}`);
    return undefined;
  }
}
