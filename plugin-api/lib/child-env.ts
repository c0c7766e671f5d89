type Env = Readonly<Record<string, string | undefined>>;

/** Belongs to this program alone: a child could only speak for it with them. */
const OURS = [
  'CLAUDE_CODE_SESSION_ACCESS_TOKEN',
  'CLAUDE_CODE_WEBSOCKET_AUTH_FILE_DESCRIPTOR',
  'CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR',
  'CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR',
];
/** Keys of model providers and of the clouds that have models. */
const CREDENTIALS =
  /^(?:ANTHROPIC_|CLAUDE_CODE_OAUTH_|AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|BEARER_TOKEN)|GOOGLE_APPLICATION_CREDENTIALS$|GOOGLE_API_KEY$|AZURE_CLIENT_(?:SECRET|CERTIFICATE)|AZURE_OPENAI_API_KEY$|OPENAI_API_KEY$)/;

/**
 * The environment of programs that are run for a session. Commands get the keys of the user, as in a shell, unless
 * CLAUDE_CODE_SUBPROCESS_ENV_SCRUB is set.
 */
export function childEnv(env: Env): Record<string, string | undefined> {
  const child = { ...env };
  for (const name of OURS) delete child[name];
  if (!isOn(env.CLAUDE_CODE_SUBPROCESS_ENV_SCRUB)) return child;
  for (const name of Object.keys(child)) if (CREDENTIALS.test(name)) delete child[name];
  return child;
}

/** True for a switch in the environment that is set, and not to 0 or false. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0|false|no|off)$/i.test(value.trim());
}
