import type {
  Awaitable,
  Diagnostic,
  Entry,
  Extension,
  ExtensionApi,
  Manifest,
  PreToolUse,
  SessionRef,
  Tool,
} from 'tenon/plugin-api';
import { entryOf, fakeSession } from 'tenon/test-kit';
import { onTestFinished } from 'vitest';
import { createKernel, type Kernel, type KernelOptions } from '../../kernel/index.ts';

/** A kernel of a test, and what it reported. */
export interface Started {
  readonly kernel: Kernel;
  readonly diagnostics: readonly Diagnostic[];
  /** The codes of warnings and errors, each with its extension: `HOOK_FAILED bad`. */
  codes(): readonly string[];
  /** The messages of one code. */
  messages(code: Diagnostic['code']): readonly string[];
  /** `active`, `failed`, … */
  state(id: string): string | undefined;
}

/** Makes a kernel that ends with the test. */
export function startKernel(
  extensions: readonly (Extension<never> | Entry)[],
  options: Omit<KernelOptions, 'entries'> = {},
): Started {
  const diagnostics: Diagnostic[] = [];
  const kernel = createKernel({
    entries: extensions.map((one) => entryOf(one)),
    onDiagnostic: (diagnostic) => void diagnostics.push(diagnostic),
    ...options,
  });
  onTestFinished(() => kernel.exit({ code: 0, reason: 'the test ended' }));
  return {
    kernel,
    diagnostics,
    codes: () =>
      diagnostics.flatMap(({ level, code, extension }) =>
        level === 'warning' || level === 'error' ? [`${code} ${extension}`] : [],
      ),
    messages: (code) => diagnostics.filter((one) => one.code === code).map(({ message }) => message),
    state: (id) => kernel.extensions.list().find(({ manifest }) => manifest.id === id)?.state,
  };
}

type Fields = Omit<Manifest, 'id' | 'version' | 'api'>;

/** An extension in one line. */
export function extension(
  id: string,
  fields: Fields = {},
  setup: (api: ExtensionApi) => Awaitable<void> = () => {},
): Extension {
  return { manifest: { id, version: '1.0.0', api: 1, ...fields }, setup };
}

/** The value that PreToolUse is fired with. */
export function call(fields: Partial<PreToolUse> = {}): PreToolUse {
  return {
    session: fakeSession(),
    id: 'toolu_1',
    tool: 'Bash',
    input: { command: 'ls' },
    verdict: 'none',
    reasons: [],
    context: [],
    ...fields,
  };
}

/** A session event as its hook is fired with it. */
export function eventOf(session: SessionRef, content: string) {
  return {
    session,
    event: {
      type: 'informational',
      level: 'info',
      content,
      seq: 1,
      uuid: 'u',
      sessionId: session.id,
      time: 0,
      parentToolUseId: null,
    },
  } as const;
}

/** A tool that answers with a text. */
export function tool(name: string, answer = name): Tool {
  return { name, description: '', inputSchema: { type: 'object' }, run: () => answer };
}

/** A promise that never settles. */
export const never = <T>(): Promise<T> => new Promise<T>(() => {});

export const after = <T>(ms: number, value: T): Promise<T> =>
  new Promise((resolve) => setTimeout(() => resolve(value), ms));
