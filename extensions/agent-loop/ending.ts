import type { AssistantMessage, QueryEnd, ResultEvent } from 'tenon/plugin-api';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';

/** How a prompt ended. */
export interface Ending {
  readonly subtype: ResultEvent['subtype'];
  readonly outcome: QueryEnd['outcome'];
  readonly terminalReason: string;
  readonly isError?: boolean;
  readonly result?: string;
  readonly errors?: readonly string[];
  readonly numTurns?: number;
  readonly apiErrorStatus?: number;
  /** Takes the place of the model's. */
  readonly stopReason?: string;
  readonly structuredOutput?: unknown;
  readonly deferredToolUse?: ResultEvent['deferredToolUse'];
}

/** The end that everybody hopes for. */
export const COMPLETED: Ending = { subtype: 'success', outcome: 'success', terminalReason: 'completed' };

export function failure(terminalReason: string, message: string): Ending {
  return { subtype: 'error_during_execution', outcome: 'error', terminalReason, isError: true, errors: [message] };
}

/** A message in the place of an answer that no model gave. */
export function standIn(text: string): AssistantMessage {
  return {
    id: `msg_${randomUuid().replaceAll('-', '')}`,
    type: 'message',
    role: 'assistant',
    model: '<synthetic>',
    content: [{ type: 'text', text }],
    stop_reason: 'stop_sequence',
    stop_sequence: '',
    usage: { input_tokens: 0, output_tokens: 0 },
  };
}
