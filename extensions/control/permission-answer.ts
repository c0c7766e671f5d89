import type { PermissionAnswer, PermissionQuestion, RuleUpdate } from 'tenon/plugin-api';
import { type Fields, isFields } from './fields.ts';

/**
 * The answer to a permission question, as callers of the SDK and permission tools give it: `{ behavior: 'allow',
 * updatedInput?, updatedPermissions? }` or `{ behavior: 'deny', message?, interrupt? }`. Anything else denies the call.
 */
export function permissionAnswer(
  value: unknown,
  question: Pick<PermissionQuestion, 'tool' | 'toolUseId'>,
  by: string,
): PermissionAnswer {
  const nonsense = (why: string): PermissionAnswer => ({
    verdict: 'deny',
    message: `${question.tool} did not run: ${by} gave no valid answer (${why})`,
  });
  if (!isFields(value)) return nonsense('expected an object with "behavior": "allow" or "deny"');
  const { behavior, toolUseID: id } = value;
  if (id !== undefined && id !== question.toolUseId) {
    return nonsense(`it is about the call ${JSON.stringify(id)}, asked was ${question.toolUseId}`);
  }
  if (behavior === 'deny') {
    const { message } = value;
    return {
      verdict: 'deny',
      ...(typeof message === 'string' && message !== '' && { message }),
      ...(value.interrupt === true && { interrupt: true }),
    };
  }
  if (behavior !== 'allow') return nonsense(`"behavior" is ${JSON.stringify(behavior)}, expected "allow" or "deny"`);
  const { updatedInput: input, updatedPermissions: rules } = value;
  if (input !== undefined && input !== null && !isFields(input)) return nonsense('"updatedInput" must be an object');
  if (rules !== undefined && rules !== null && !isUpdates(rules)) {
    return nonsense('"updatedPermissions" must be a list of permission updates');
  }
  return {
    verdict: 'allow',
    ...(isFields(input) && { input }),
    ...(isUpdates(rules) && rules.length > 0 && { rules }),
  };
}

const destinations = new Set(['userSettings', 'projectSettings', 'localSettings', 'session', 'cliArg']);

function isUpdates(value: unknown): value is readonly RuleUpdate[] {
  return Array.isArray(value) && value.every((one) => isFields(one) && isUpdate(one));
}

function isUpdate(update: Fields): boolean {
  if (!destinations.has(String(update.destination))) return false;
  switch (update.type) {
    case 'addRules':
    case 'replaceRules':
    case 'removeRules':
      return (
        ['allow', 'deny', 'ask'].includes(String(update.behavior)) &&
        Array.isArray(update.rules) &&
        update.rules.every(
          (rule) => isFields(rule) && typeof rule.toolName === 'string' && isTextOrNone(rule.ruleContent),
        )
      );
    case 'setMode':
      return typeof update.mode === 'string';
    case 'addDirectories':
    case 'removeDirectories':
      return Array.isArray(update.directories) && update.directories.every((one) => typeof one === 'string');
    default:
      return false;
  }
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
