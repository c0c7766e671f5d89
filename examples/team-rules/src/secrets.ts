/** What a secret is replaced by. */
const REDACTED = '[redacted]';

const KEY_BLOCK = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g;
// forms that services document: AWS, GitHub, GitLab, Slack, Anthropic and OpenAI
const TOKEN =
  /\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{20,})/g;
const ASSIGNED =
  /((?:^|[\s{,"'])[\w.-]*(?:password|passwd|secret|token|api[_-]?key)["']?[ \t]*[=:][ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s,;"']+)/gim;

/** The text without passwords, tokens and private keys; as many lines as before. */
export function redact(text: string): string {
  return text
    .replace(KEY_BLOCK, (block) => REDACTED + '\n'.repeat(block.split('\n').length - 1))
    .replace(TOKEN, REDACTED)
    .replace(ASSIGNED, (_all, name: string) => `${name}${REDACTED}`);
}
