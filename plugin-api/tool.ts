import type { Awaitable } from './dispose.ts';
import type { DocumentBlock, ImageBlock, TextBlock } from './message.ts';
import type { JsonObject, JsonSchema, SchemaResult, StandardSchema } from './schema.ts';
import type { SessionRef } from './session.ts';

/** What a call touches, as far as its tool can tell from the input. The permission rules are applied to it. */
export interface ToolAccess {
  /** Files and folders, absolute or relative to the session's working directory. */
  readonly paths?: readonly { readonly path: string; readonly access: 'read' | 'write' }[];
  /** A command line for bash. */
  readonly command?: string;
  readonly url?: string;
}

/** One call of a tool, as hooks and the permission rules see it. */
export interface ToolCall {
  readonly id: string;
  readonly tool: string;
  readonly input: JsonObject;
  /** The tool's claim that this call changes nothing. */
  readonly readOnly: boolean;
  readonly access: ToolAccess;
}

/** A path of a call, and where it led when the call was decided. */
export interface ApprovedPath {
  /** Absolute and normalised, symbolic links as they are. */
  readonly path: string;
  /** Without symbolic links. */
  readonly resolved: string;
}

/** What a tool gets besides its input. */
export interface ToolContext {
  readonly session: SessionRef;
  /** The id of the call. */
  readonly id: string;
  /** Aborts on interrupt and when the call's time is up. */
  readonly signal: AbortSignal;
  /**
   * Where the paths of the call led when it was allowed. A tool that opens one of them and finds that it leads elsewhere
   * by now does nothing and says so. Absent when the permission rules do not follow paths.
   */
  readonly approved?: readonly ApprovedPath[];
  /** Tells the surfaces that the call is still at work. */
  progress(note: string): void;
}

/** What a tool gives back. */
export interface ToolResult<Output = unknown> {
  /** What the model reads. */
  readonly content: string | readonly (TextBlock | ImageBlock | DocumentBlock)[];
  /** The structured output that hooks, transcripts and SDK callers see (`tool_use_result`). */
  readonly output?: Output;
  readonly isError?: boolean;
}

/** A tool: an item of the point `tools`. Make one with `defineTool`. */
export interface Tool<Input = JsonObject, Output = unknown> {
  readonly name: string;
  readonly description: string;
  /** What the model sees. */
  readonly inputSchema: JsonSchema;
  /**
   * Checks an input and fills in defaults; without it the input is checked against `inputSchema`. What it gives is what
   * `run` takes (the type says `unknown`, so that tools of all inputs fit the point `tools`).
   */
  parse?(input: unknown): Awaitable<SchemaResult<unknown>>;
  /** True when a call changes nothing: such calls of one batch run at the same time. Default: false. */
  readOnly?(input: Input): boolean;
  /** What a call touches. Default: nothing that rules on paths, commands or hosts could match. */
  access?(input: Input): ToolAccess;
  /** Left out of requests until the model has found it; see `ToolDeclaration`. */
  readonly deferred?: boolean;
  /** Its result comes from a person: left out of requests while no surface is attached to the session. */
  readonly asksUser?: boolean;
  /** Milliseconds after which `context.signal` aborts; 0 (default): the tool bounds itself. */
  readonly timeout?: number;
  run(input: Input, context: ToolContext): Awaitable<ToolResult<Output> | string>;
}

/** What `defineTool` takes: `input` is a Standard Schema (zod 4 for example) or a plain JSON Schema. */
export interface ToolDefinition<Input, Output> extends Omit<Tool<Input, Output>, 'inputSchema' | 'parse'> {
  readonly input: StandardSchema<Input> | JsonSchema;
}

/**
 * Makes a tool from a typed definition.
 * @throws TypeError when the name is none that models can call, or `input` is no schema that can be told to them.
 */
export function defineTool<Input = JsonObject, Output = unknown>(
  definition: ToolDefinition<Input, Output>,
): Tool<Input, Output> {
  const { input, ...rest } = definition;
  checkDefinition(definition);
  if (!('~standard' in input)) return { ...rest, inputSchema: input };
  const standard = (input as StandardSchema<Input>)['~standard'];
  const inputSchema = standard.jsonSchema?.input({ target: 'draft-2020-12' });
  if (inputSchema === undefined) {
    throw new TypeError(
      `tool ${definition.name}: its input schema (${standard.vendor}) gives no JSON Schema; use zod 4.2 or later, or a plain JSON Schema`,
    );
  }
  return {
    ...rest,
    inputSchema: inputSchema as JsonSchema,
    async parse(value) {
      const result = await standard.validate(value);
      if (result.issues === undefined) return { value: result.value };
      return {
        issues: result.issues.map(({ message, path = [] }) => ({
          message,
          path: path.map((part) => {
            const key = typeof part === 'object' ? part.key : part;
            return typeof key === 'number' ? key : String(key);
          }),
        })),
      };
    },
  };
}

/** The type checker finds most of this, but not every author uses it. */
function checkDefinition({ name, input }: { readonly name: string; readonly input: object }): void {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(name)) {
    throw new TypeError(`tool ${JSON.stringify(name)}: its name must be 1 to 128 letters, digits, _ and -`);
  }
  const isRecord = typeof input === 'object' && input !== null;
  // a schema of zod is an object, one of arktype a function
  if (!isRecord && typeof input !== 'function') {
    throw new TypeError(`tool ${name}: it needs an input schema, such as { type: 'object' } or z.object({ … })`);
  }
  const isShape = !('~standard' in input) && Object.values(input).some((field) => '~standard' in Object(field));
  if (isShape) throw new TypeError(`tool ${name}: its input holds schemas but is none; wrap it: z.object({ … })`);
}
