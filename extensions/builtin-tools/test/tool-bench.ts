import { createKernel, type Kernel } from 'tenon/kernel';
import {
  type Diagnostic,
  defineExtension,
  Host,
  type JsonObject,
  Loop,
  type PathVerdict,
  Permissions,
  Processes,
  type SessionRef,
  type Tool,
  type ToolContext,
  type ToolResult,
  Tools,
} from 'tenon/plugin-api';
import { describeIssues } from 'tenon/plugin-api/lib/json-schema';
import { entryOf, fakeSession, type TempProject, tempProject, testHost } from 'tenon/test-kit';
import { onTestFinished } from 'vitest';
import builtinTools from '../index.ts';

/** The tools in a real kernel, called directly, on real files. */
export interface ToolBench {
  readonly kernel: Kernel;
  readonly project: TempProject;
  readonly dir: string;
  readonly home: string;
  /** Its `cwd` follows `setCwd` of the loop. */
  readonly session: SessionRef;
  readonly diagnostics: Diagnostic[];
  /** Parses the input and runs the tool. @throws what the tool throws, or what is wrong with the input */
  call<Output = unknown>(tool: string, input: object, options?: CallOptions): Promise<Called<Output>>;
  tool(name: string): Promise<Tool>;
  processes(): Promise<Processes>;
}
export interface CallOptions {
  readonly session?: SessionRef;
  readonly signal?: AbortSignal;
  /** Where paths led when the call was allowed. */
  readonly approved?: ToolContext['approved'];
}
export interface Called<Output> {
  readonly text: string;
  readonly content: ToolResult['content'];
  readonly output: Output;
  readonly isError: boolean;
}
export interface BenchOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Paths with this text in them may not be read. */
  readonly denied?: string;
  /** Folders that count as inside, besides the project. */
  readonly roots?: readonly string[];
  /** False: no loop, so that nothing can change the session's folder. */
  readonly loop?: boolean;
}

export async function toolBench(options: BenchOptions = {}): Promise<ToolBench> {
  const project = await tempProject(options.files === undefined ? {} : { files: options.files });
  const home = await tempProject();
  const data = await tempProject();
  const host = testHost({
    cwd: project.dir,
    home: home.dir,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const diagnostics: Diagnostic[] = [];
  const place = { cwd: project.dir };
  const session = Object.defineProperty(fakeSession({ cwd: project.dir }), 'cwd', { get: () => place.cwd });
  const around = defineExtension({
    manifest: {
      id: 'around',
      version: '0.0.0',
      api: 1,
      provides: ['host@1', ...(options.loop === false ? [] : ['loop@1' as const]), ...permissionsOf(options)],
    },
    setup(api) {
      api.provide(Host, host);
      if (options.loop !== false) {
        const setCwd = async (cwd: string) => {
          place.cwd = cwd;
        };
        const open = { id: session.id, setCwd, note: () => {}, history: () => [] };
        api.provide(Loop, { get: (id: string) => (id === session.id ? open : undefined) } as unknown as Loop);
      }
      if (permissionsOf(options).length > 0) {
        api.provide(Permissions, {
          roots: () => [project.dir, ...(options.roots ?? [])],
          path: async (_session: SessionRef, path: string): Promise<PathVerdict> => ({
            verdict: options.denied !== undefined && path.includes(options.denied) ? 'deny' : 'allow',
            reason: '',
            resolved: path,
          }),
        } as unknown as Permissions);
      }
    },
  });
  const kernel = createKernel({
    entries: [entryOf(around), entryOf(builtinTools)],
    dataFor: () => ({ folder: async () => data.dir, get: async () => undefined, set: async () => {} }),
    onDiagnostic: (diagnostic) => diagnostics.push(diagnostic),
  });
  onTestFinished(() => kernel.exit({ code: 0, reason: 'test' }));
  const tool = async (name: string) => {
    const found = await kernel.item(Tools, name);
    if (found === undefined) throw new Error(`no tool ${name}: ${JSON.stringify(diagnostics)}`);
    return found as unknown as Tool;
  };
  return {
    kernel,
    project,
    dir: project.dir,
    home: home.dir,
    session,
    diagnostics,
    tool,
    processes: () => kernel.use(Processes),
    async call<Output>(name: string, input: object, call: CallOptions = {}) {
      const found = await tool(name);
      const parsed = await found.parse!(input);
      if (parsed.issues !== undefined) throw new Error(describeIssues(parsed.issues));
      const result = await found.run(parsed.value as JsonObject, {
        session: call.session ?? session,
        id: 'toolu_1',
        signal: call.signal ?? new AbortController().signal,
        progress: () => {},
        ...(call.approved === undefined ? {} : { approved: call.approved }),
      });
      const full: ToolResult = typeof result === 'string' ? { content: result } : result;
      return {
        text: typeof full.content === 'string' ? full.content : '',
        content: full.content,
        output: full.output as Output,
        isError: full.isError ?? false,
      };
    },
  };
}

function permissionsOf(options: BenchOptions): readonly 'permissions@1'[] {
  return options.denied === undefined && options.roots === undefined ? [] : ['permissions@1'];
}
