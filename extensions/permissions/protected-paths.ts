/** Folders whose content is configuration or code that other programs run. */
const FOLDERS = new Set('.git .vscode .idea .husky .cargo .devcontainer .yarn .mvn .claude .ssh .gnupg'.split(' '));

/** Files that programs run or obey. */
const FILES = new Set(
  (
    '.gitconfig .gitmodules .bashrc .bash_profile .bash_login .bash_aliases .bash_logout .zshrc .zprofile .zshenv ' +
    '.zlogin .zlogout .profile .envrc .npmrc .yarnrc .yarnrc.yml .pnp.cjs .pnp.loader.mjs .pnpmfile.cjs bunfig.toml ' +
    '.bunfig.toml .bazelrc .bazelversion .bazeliskrc .pre-commit-config.yaml lefthook.yml lefthook.yaml .lefthook.yml ' +
    '.lefthook.yaml gradle-wrapper.properties maven-wrapper.properties .devcontainer.json .ripgreprc ' +
    'pyrightconfig.json .mcp.json .claude.json'
  ).split(' '),
);

/** Code points that some file systems drop from names: joiners, marks of direction, soft hyphen, variation selectors. */
const IGNORED =
  /\u00AD|\u034F|\u061C|\u115F|\u1160|\u17B4|\u17B5|[\u180B-\u180F]|[\u200B-\u200F]|[\u202A-\u202E]|[\u2060-\u206F]|\u3164|[\uFE00-\uFE0F]|\uFEFF|\uFFA0|[\u{E0000}-\u{E0FFF}]/gu;

/** A file name as the most forgiving file system sees it. */
function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(IGNORED, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ſ', 's')
    .replaceAll('ı', 'i')
    .replace(/[. ]+$/, (end) => (/^\.+$/.test(name) ? end : ''));
}

/**
 * The protected name in a path, or `undefined`. `path` is relative to the working folder that holds it, or absolute
 * when none does. `folders` are further names: the distribution's own settings folder.
 */
export function protectedName(path: string, folders: readonly string[] = []): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const names = parts.map(plainName);
  for (const [index, name] of names.entries()) {
    if (FILES.has(name)) return parts[index];
    if (name === 'git' && names[index - 1] === '.config') return '.config/git';
    // short names that Windows gives to `.git`
    if (/^git~[0-9]$/.test(name)) return parts[index];
    if (!FOLDERS.has(name) && !folders.includes(name)) continue;
    const worktree = (name === '.claude' || folders.includes(name)) && names[index + 1] === 'worktrees';
    if (worktree && names.length > index + 2) continue;
    return parts[index];
  }
  return undefined;
}
