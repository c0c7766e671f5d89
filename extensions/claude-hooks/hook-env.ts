import type { ComponentOrigin, Host, SessionRef } from 'tenon/plugin-api';
import { childEnv } from 'tenon/plugin-api/lib/child-env';
import { optionVariable } from './command-plan.ts';

type Env = Readonly<Record<string, string | undefined>>;

const bases = new WeakMap<object, Env>();

/** The environment of a command, besides what it inherits: the project, its plugin, the session. */
export function hookEnv(
  host: Host,
  given: {
    readonly session: SessionRef | undefined;
    readonly projectDir: string;
    readonly origin: ComponentOrigin;
    readonly envFile: string | undefined;
  },
): Env {
  const { session, projectDir, origin, envFile } = given;
  const { plugin } = origin;
  const effort = session?.effort;
  return {
    ...baseEnv(host),
    CLAUDE_PROJECT_DIR: projectDir,
    CLAUDECODE: '1',
    CLAUDE_CODE_ENTRYPOINT: host.env.CLAUDE_CODE_ENTRYPOINT || 'cli',
    ...(session !== undefined && { CLAUDE_CODE_SESSION_ID: rootOf(session).id }),
    ...(effort !== undefined && { CLAUDE_EFFORT: effort }),
    ...(envFile !== undefined && { CLAUDE_ENV_FILE: envFile }),
    ...(plugin !== undefined && { CLAUDE_PLUGIN_ROOT: plugin.root, CLAUDE_PLUGIN_DATA: plugin.data }),
    ...Object.fromEntries(
      Object.entries(plugin?.options ?? {}).map(([key, value]) => [
        optionVariable(key),
        Array.isArray(value) ? value.join(',') : String(value),
      ]),
    ),
  };
}

/** The session that a subagent belongs to, or the session itself. */
export function rootOf(session: SessionRef): SessionRef {
  let root = session;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

/** What all commands inherit. To read a variable of the process takes microseconds, and they change only with the settings. */
function baseEnv(host: Host): Env {
  const { env } = host;
  const known = bases.get(env);
  if (known !== undefined) return known;
  const base = childEnv(env);
  for (const name of Object.keys(base)) if (name.startsWith('OTEL_')) delete base[name];
  // of the session that this program was started in, if any
  delete base.CLAUDE_ENV_FILE;
  bases.set(env, base);
  return base;
}
