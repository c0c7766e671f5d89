import type { ToolContext } from 'tenon/plugin-api';

/**
 * Refuses a path that led somewhere else when its call was allowed: a link on the way was changed since.
 * @param path absolute and normalised, as the call names it
 * @param real the path without symbolic links, as it is about to be opened
 * @throws Error
 */
export function checkApproved(path: string, real: string, { approved }: Pick<ToolContext, 'approved'>): void {
  const allowed = approved?.find((one) => one.path === path);
  if (allowed === undefined || allowed.resolved === real) return;
  throw new Error(
    `${path} leads to ${real} now, but it led to ${allowed.resolved} when the call was allowed; nothing was done`,
  );
}
