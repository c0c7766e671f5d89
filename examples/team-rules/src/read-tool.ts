import { isAbsolute, join } from 'node:path';
import { defineTool } from 'tenon/plugin-api';
import { redact } from './secrets.ts';

interface ReadInput {
  readonly file_path: string;
  readonly offset?: number;
  readonly limit?: number;
}

/** Bytes of a file that is read at all; a larger one is no text to read. */
const LARGEST = 2 * 1024 * 1024;

/** Reads a text file like the built-in `Read`, without the secrets in it. */
export const readTool = defineTool<ReadInput>({
  name: 'Read',
  description: 'Reads a text file. Lines are numbered. Passwords, tokens and private keys are left out.',
  input: {
    type: 'object',
    properties: {
      file_path: {
        type: 'string',
        minLength: 1,
        description: 'The file: an absolute path, or one in the working directory',
      },
      offset: { type: 'integer', minimum: 1, description: 'The first line to read, counted from 1' },
      limit: { type: 'integer', minimum: 1, default: 2000, description: 'How many lines to read' },
    },
    required: ['file_path'],
    additionalProperties: false,
  },
  readOnly: () => true,
  // with this the permission rules apply to it as to the built-in one
  access: ({ file_path }) => ({ paths: [{ path: file_path, access: 'read' }] }),
  async run({ file_path, offset = 1, limit = 2000 }, { session, signal }) {
    const { readFile, stat } = await import('node:fs/promises');
    const path = isAbsolute(file_path) ? file_path : join(session.cwd, file_path);
    const { size } = await stat(path);
    if (size > LARGEST) {
      return {
        isError: true,
        content: `${path} has ${size} bytes; at most ${LARGEST} are read. Search in it instead.`,
      };
    }
    const lines = redact(await readFile(path, { encoding: 'utf8', signal })).split('\n');
    if (lines.at(-1) === '') lines.pop();
    const shown = lines.slice(offset - 1, offset - 1 + limit);
    if (shown.length === 0) return `${path} has ${lines.length} lines; there is no line ${offset}.`;
    return shown.map((line, index) => `${String(offset + index).padStart(6)}\t${line}`).join('\n');
  },
});
