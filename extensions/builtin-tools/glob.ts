import type { Tool } from 'tenon/plugin-api';
import { expandHome } from './input-path.ts';
import { parseInput } from './parse-input.ts';
import type { GlobOutput } from './run-glob.ts';
import type { GlobInput } from './schemas/glob.schema.ts';
import { schemas } from './schemas.gen.ts';
import type { Workbench } from './workbench.ts';

const description = `Finds files by name. Gives at most 100 paths, the last changed first, ignored and hidden files included.`;

/** Finds files by name. */
export function globTool(bench: Workbench): Tool<GlobInput, GlobOutput> {
  const full = (path: string) => expandHome(path, bench.host.home);
  return {
    name: 'Glob',
    description,
    inputSchema: schemas.Glob,
    parse: parseInput<GlobInput>('Glob'),
    readOnly: () => true,
    access({ pattern, path = '.' }) {
      const folder = globBase(full(pattern));
      const absolute = folder.startsWith('/');
      return {
        paths: [{ path: absolute ? folder : folder === '' ? full(path) : `${full(path)}/${folder}`, access: 'read' }],
      };
    },
    run: async (input, context) => (await import('./run-glob.ts')).runGlob(bench, input, context),
  };
}

/** The folders at the start of a pattern that have no wildcard: `/a/b` of `/a/b/*.ts`. */
export function globBase(pattern: string): string {
  const parts = pattern.split('/');
  const wild = parts.findIndex((part) => /[*?[\]{}()!+@\\]/.test(part));
  const base = parts.slice(0, wild < 0 ? parts.length - 1 : wild).join('/');
  return base === '' && pattern.startsWith('/') ? '/' : base;
}
