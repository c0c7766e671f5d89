import { service } from '../service.ts';
import type { SessionRef } from '../session.ts';

/** Builds what the model is told before the conversation. */
export interface SystemPrompt {
  /** The blocks of the system prompt. The same session gives the same bytes, so that providers can cache them. */
  build(
    session: SessionRef,
    given: { readonly model: string; readonly replace?: string; readonly append?: string },
  ): Promise<readonly string[]>;
  /** Texts that go before the first prompt: environment, date. */
  context(session: SessionRef): Promise<readonly string[]>;
}

/** The system prompt. */
export const SystemPrompt = service<SystemPrompt>('system-prompt@1');
