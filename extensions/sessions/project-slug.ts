const longest = 200;

/**
 * The name of a folder's place among the kept sessions: the path with every character but ASCII letters and digits
 * as `-`. A path too long for a file name is cut and told apart by a hash.
 * @param cwd an absolute path without symbolic links
 */
export function projectSlug(cwd: string): string {
  const slug = cwd.replace(/[^A-Za-z0-9]/g, '-');
  if (slug.length <= longest) return slug;
  // few paths are so long, and this loads twenty modules of Node
  const { createHash } = process.getBuiltinModule('node:crypto');
  return `${slug.slice(0, longest)}-${createHash('sha256').update(cwd).digest('hex').slice(0, 8)}`;
}
