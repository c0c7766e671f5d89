import { CredentialCommand } from './credential-command.ts';

/**
 * The command of the setting `proxyAuthHelper`: it prints the value of the header `proxy-authorization`, which is kept for
 * CLAUDE_CODE_PROXY_AUTH_HELPER_TTL_MS (default: five minutes).
 * @param command reads the setting; never one that a project brought along
 */
export function proxyCredential(parts: {
  readonly env: () => Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly command: () => string | undefined;
}): CredentialCommand {
  return new CredentialCommand({
    ...parts,
    setting: 'proxyAuthHelper',
    ttlVariable: 'CLAUDE_CODE_PROXY_AUTH_HELPER_TTL_MS',
    wrong(output) {
      if (output === '') return 'printed nothing. It must print the value of the header Proxy-Authorization.';
      return /^[\x20-\x7e]+$/.test(output)
        ? undefined
        : 'printed more than one line, or special characters. It must print the value of the header Proxy-Authorization.';
    },
  });
}
