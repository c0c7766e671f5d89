import type { CliFlag, Manifest, ToolDeclaration } from 'tenon/plugin-api';

/** What the model reads of the agents that are always there; `built-in-agents.ts` holds the rest of them. */
export const builtInKinds = [
  {
    name: 'general-purpose',
    description: 'Any work of several steps: to search, to read, to change files, to run commands.',
  },
  {
    name: 'Explore',
    description:
      'Searches and reads quickly, changes nothing: where something is, how it hangs together. Say how thorough it is to be.',
  },
  { name: 'Plan', description: 'Looks at the code and gives a plan of a change, step by step. Changes nothing.' },
] as const;

export const agentTool = {
  name: 'Agent',
  description:
    'Gives work to another agent, which reports back to you. For wide searches and for work that can be described as a whole; several in one turn when they do not need each other. It sees nothing of this conversation: the prompt says everything, also what to report. It runs in the background: you get its report by itself, so do not wait or look for it; go on with other work, or end your turn. The user does not see the report. Types of agents:',
  inputSchema: {
    type: 'object',
    properties: {
      description: { type: 'string', minLength: 1, description: 'The work in 3 to 5 words' },
      prompt: { type: 'string', minLength: 1 },
      subagent_type: { type: 'string', description: 'Default general-purpose' },
      model: { type: 'string', description: 'sonnet, opus, haiku or an id; default: what the type says' },
      run_in_background: { type: 'boolean', description: 'false: wait for the report' },
      name: { type: 'string', description: 'Another name for it, for SendMessage' },
      isolation: { type: 'string', enum: ['worktree'], description: 'In a git worktree of its own' },
    },
    required: ['description', 'prompt'],
    additionalProperties: false,
  },
  agents: builtInKinds,
} as const satisfies ToolDeclaration;

export const sendMessageTool = {
  name: 'SendMessage',
  deferred: true,
  description:
    'Tells an agent something more. One at work reads it before it goes on; one that has ended goes on in the background with all that it knows, and reports again.',
  inputSchema: {
    type: 'object',
    properties: {
      to: { type: 'string', minLength: 1, description: 'The agentId, or the name it was given' },
      message: { type: 'string', minLength: 1 },
    },
    required: ['to', 'message'],
    additionalProperties: false,
  },
} as const satisfies ToolDeclaration;

const flags = [
  {
    name: '--agent',
    value: 'string',
    placeholder: 'name',
    description: 'The agent that the session itself is: its prompt, tools and model',
  },
  {
    name: '--agents',
    value: 'string',
    placeholder: 'file-or-json',
    file: 'json',
    description: 'Agents for this run: {"name": {"description": "…", "prompt": "…", "tools": […]}}',
  },
  {
    name: '--append-subagent-system-prompt',
    value: 'string',
    placeholder: 'text',
    description: 'Add text after the system prompt of every subagent',
  },
] as const satisfies readonly CliFlag[];

export const manifest = {
  id: 'subagents',
  version: '0.1.0',
  api: 1,
  description: 'Agents that do a piece of work for a session and report.',
  fires: ['SubagentStart', 'SubagentStop'],
  provides: ['subagents@1'],
  requires: ['host@1'],
  // the loop asks for agents, and agents for the loop: neither needs the other to start
  optional: [
    'loop@1',
    'permissions@1',
    'background-tasks@1',
    'sessions@1',
    'worktrees@1',
    'extensions@1',
    'cli@1',
    'config@1',
  ],
  contributes: { tools: [agentTool, sendMessageTool], cli: flags },
} as const satisfies Manifest;
