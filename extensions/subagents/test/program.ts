import { type AgentDefinition, Agents, defineExtension, type Extension, type ModelRequest } from 'tenon/plugin-api';
import { createHarness, type Harness, type HarnessOptions, type Script, type ScriptLine } from 'tenon/test-kit';
import subagents from '../index.ts';

export interface ProgramOptions extends Omit<HarnessOptions, 'model'> {
  readonly model?: Script;
  readonly agents?: readonly AgentDefinition[];
}

/** A program with agents and real tools. */
export function program({ agents = [], extensions = [], ...options }: ProgramOptions): Promise<Harness> {
  return createHarness({
    permissions: 'allow-all',
    ...options,
    bundled: ['builtin-tools', ...(options.bundled ?? [])],
    extensions: [subagents as Extension<never>, ...(agents.length > 0 ? [giver(agents)] : []), ...extensions],
  });
}

/** The agent of a project. */
export function agent(name: string, more: Partial<AgentDefinition> = {}): AgentDefinition {
  return {
    name,
    description: `does ${name}`,
    origin: { kind: 'user', trusted: true },
    prompt: async () => `You are ${name}.`,
    ...more,
  };
}

function giver(agents: readonly AgentDefinition[]): Extension<never> {
  return defineExtension({
    manifest: {
      id: 'giver',
      version: '1.0.0',
      api: 1,
      contributes: { agents: agents.map(({ name, description, origin }) => ({ name, description, origin })) },
    },
    setup(api) {
      for (const one of agents) api.add(Agents, one);
    },
  }) as Extension<never>;
}

/** So many answers, each chosen by what the request is about. */
export function answers(count: number, choose: (request: ModelRequest, text: string) => ScriptLine): Script {
  return Array.from({ length: count }, () => (request: ModelRequest) => choose(request, textsOf(request)));
}

/** Everything that was said in a request, but for the results of tools. */
export function textsOf(request: Pick<ModelRequest, 'messages'>): string {
  return request.messages
    .flatMap(({ content }) =>
      typeof content === 'string' ? [content] : content.flatMap((block) => (block.type === 'text' ? [block.text] : [])),
    )
    .join('\n');
}

/** The system prompt of a request. */
export function systemOf(request: Pick<ModelRequest, 'system'>): string {
  return request.system.join('\n');
}

export function toolsOf(request: Pick<ModelRequest, 'tools'>): readonly string[] {
  return request.tools.map(({ name }) => name);
}
