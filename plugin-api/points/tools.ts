import type { JsonSchema } from '../schema.ts';
import { point } from '../service.ts';
import type { Tool } from '../tool.ts';

/**
 * What a manifest says of a tool in `contributes.tools`. With `description` and `inputSchema` the tool is offered without
 * being loaded: its code comes with the first call.
 */
export interface ToolDeclaration {
  readonly name: string;
  readonly description?: string;
  /** What the model is told. The tool itself may take more than that. */
  readonly inputSchema?: JsonSchema;
  /**
   * Left out of requests until the model has found it, so that a request stays small however many tools there are. It
   * holds only while a tool that `findsDeferred` is offered; a tool that the user asked for by name is never left out.
   */
  readonly deferred?: boolean;
  /** The tool that finds those which are left out (`tenon/plugin-api/lib/deferred-tools`); offered only when there are any. */
  readonly findsDeferred?: boolean;
  /**
   * `skills` or `agents`: it is offered only while one of these points has a declaration that the model may use
   * (`modelInvocable` is not false).
   */
  readonly offeredWith?: readonly string[];
  /**
   * Its calls start agents. Those there are stand after its description: the agents of the point `agents`, and these where
   * the point has none of the name; without those that a rule such as `Agent(name)` denies.
   */
  readonly agents?: readonly { readonly name: string; readonly description: string }[];
  /** Its result comes from a person: left out of requests while no surface is attached to the session. */
  readonly asksUser?: boolean;
}

/** Tools, by the name the model calls. */
export const Tools = point<Tool<never, unknown>>(
  'tools',
  (tool) => tool.name,
  (owner, name) => `${owner.replace(/[^A-Za-z0-9_-]/g, '_')}_${name}`,
  ({ name, inputSchema, run }) => {
    // one such tool, and the servers of models refuse the whole request
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(name)) return 'must be 1 to 128 letters, digits, _ and -';
    if (inputSchema?.type !== 'object') {
      return "needs an input schema with the type object; make it with defineTool({ …, input: { type: 'object', … } })";
    }
    return typeof run === 'function' ? undefined : 'needs a function run(input, context)';
  },
);
