import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The command of the hook in the home `hooks`: it reads what it is given, and says nothing. */
export const hookCommand = 'cat > /dev/null';

const count = { plugins: 200, skills: 10, extensions: 50 };

/** Home folders of users who have set up much, by name; each function fills an empty one. */
export const homes = {
  /** 200 plugins in Claude's format from a marketplace, all switched on, with 2,000 skills. */
  plugins(home) {
    const shop = join(home, 'shop');
    const ids = Array.from({ length: count.plugins }, (_, n) => `plugin-${n}`);
    const paths = new Map(ids.map((id) => [id, join(home, '.claude/plugins/cache/shop', id, '1.0.0')]));
    put(join(home, '.claude/settings.json'), {
      enabledPlugins: Object.fromEntries(ids.map((id) => [`${id}@shop`, true])),
    });
    put(join(home, '.claude/plugins/known_marketplaces.json'), {
      shop: { source: { source: 'directory', path: shop }, installLocation: shop },
    });
    put(join(shop, '.claude-plugin/marketplace.json'), {
      name: 'shop',
      owner: { name: 'bench' },
      plugins: ids.map((name) => ({ name, source: `./${name}` })),
    });
    put(join(home, '.claude/plugins/installed_plugins.json'), {
      version: 2,
      plugins: Object.fromEntries(
        [...paths].map(([id, installPath]) => [`${id}@shop`, [{ scope: 'user', installPath, version: '1.0.0' }]]),
      ),
    });
    for (const [id, path] of paths) {
      put(join(path, '.claude-plugin/plugin.json'), { name: id, version: '1.0.0', description: 'A plugin of many' });
      for (let n = 0; n < count.skills; n++) {
        const text = `---\nname: skill-${n}\ndescription: Does thing ${n} of ${id}. Use it when somebody asks for that thing.\n---\n\nDo it.\n`;
        put(join(path, `skills/skill-${n}/SKILL.md`), text);
      }
    }
  },
  /** 50 native extensions, each with a tap of a hook that is not fired and a command that nobody calls. */
  extensions(home) {
    for (let n = 0; n < count.extensions; n++) {
      const path = join(home, `.claude/tenon/extensions/extension-${n}`);
      const manifest = {
        ...{ id: `extension-${n}`, version: '1.0.0', api: 1, main: './index.mjs', taps: ['PreCompact'] },
        contributes: { commands: [{ name: `do-${n}`, description: `Does thing ${n}` }] },
      };
      put(join(path, 'tenon.json'), manifest);
      put(join(path, 'index.mjs'), "throw new Error('an extension that is not used was loaded');\n");
    }
  },
  /** A command that is run before every call of a tool. */
  hooks(home) {
    const hooks = [{ type: 'command', command: hookCommand }];
    put(join(home, '.claude/settings.json'), { hooks: { PreToolUse: [{ matcher: '*', hooks }] } });
  },
};

function put(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
}
