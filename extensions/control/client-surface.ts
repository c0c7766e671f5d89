import type { ExtensionApi, JsonObject, PermissionQuestion, Surface } from 'tenon/plugin-api';
import { Tools } from 'tenon/plugin-api';
import type { Outgoing } from './outgoing.ts';
import { permissionAnswer } from './permission-answer.ts';

/** What decided that somebody is asked, in the words of the protocol. */
const reasonTypes: Readonly<Record<string, string>> = {
  rule: 'rule',
  mode: 'mode',
  hook: 'hook',
  safety: 'safetyCheck',
  workingDir: 'workingDir',
};

/** Asks the client with `can_use_tool`. What it does not answer properly is denied. */
export function clientSurface(api: ExtensionApi, outgoing: Outgoing): Surface {
  return {
    name: 'control',
    async ask(question, signal) {
      let answer: unknown;
      try {
        answer = await outgoing.ask(canUseTool(api, question), signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        const { message } = error as Error;
        return { verdict: 'deny', message: `${question.tool} did not run: asking about it failed (${message})` };
      }
      return permissionAnswer(answer, question, 'the program that was asked');
    },
  };
}

function canUseTool(api: ExtensionApi, question: PermissionQuestion): JsonObject {
  const { tool, input, toolUseId, suggestions, blockedPath, reason, source, agentId } = question;
  return {
    subtype: 'can_use_tool',
    tool_name: tool,
    display_name: tool,
    input,
    tool_use_id: toolUseId,
    ...(suggestions.length > 0 && { permission_suggestions: suggestions }),
    ...(blockedPath !== undefined && { blocked_path: blockedPath }),
    ...(reason !== '' && { decision_reason: reason, decision_reason_type: reasonTypes[source ?? ''] ?? 'other' }),
    ...(agentId !== undefined && { agent_id: agentId }),
    ...(isForThePerson(api, tool) && { requires_user_interaction: true }),
  };
}

/** A yes alone would be no answer: somebody has to look at what the call holds. */
function isForThePerson(api: ExtensionApi, tool: string): boolean {
  if (tool === 'ExitPlanMode') return true;
  return api.declared(Tools).some((one) => one.name === tool && one.asksUser === true);
}
