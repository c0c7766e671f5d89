import { join } from 'node:path';
import type { ComponentPlugin } from 'tenon/plugin-api';
import { ROOT } from './component-index.ts';
import { splitFrontMatter } from './front-matter.ts';
import type { Group } from './part.ts';
import { realOf } from './paths.ts';
import { Tree } from './tree.ts';
import { fillIn } from './variables.ts';

/**
 * The text of a component as it is now, without its front matter, the variables of its plugin filled in.
 * @param content the text, when it stands in a manifest
 * @throws Error that names the file when it cannot be read
 */
export function textOf(
  { root, boundary }: Pick<Group, 'root' | 'boundary'>,
  file: string | undefined,
  content: string | undefined,
  plugin: ComponentPlugin | undefined,
): string {
  const text = file === undefined ? content : read(root, boundary, file);
  const { body } = splitFrontMatter(text ?? '');
  return plugin === undefined ? body : fillIn(body, { plugin, options: 'shown' });
}

function read(root: string, boundary: string | undefined, file: string): string {
  const tree = new Tree(root, boundary === ROOT ? (realOf(root) ?? root) : boundary);
  const text = tree.text(file);
  if (text !== undefined) return text;
  const [problem] = tree.problems;
  throw new Error(`${join(root, file)} ${problem?.message ?? 'is gone; it was there when the program started'}`);
}
