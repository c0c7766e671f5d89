import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createKernel, hostEntry, type Kernel } from 'tenon/kernel';
import { Tools } from 'tenon/plugin-api';
import { type TempProject, tempProject, testHost } from 'tenon/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { pluginLoader, singleFile } from './user-extensions.ts';

const folder = '.claude/tenon/extensions';
/** Counts in the process how often it is run. */
const counted = (id: string) => singleFile(id, `(globalThis as any).ran = ((globalThis as any).ran ?? 0) + 1;`);

async function start(
  home: TempProject,
): Promise<{ kernel: Kernel; ran: number; tool(name: string): Promise<unknown> }> {
  (globalThis as { ran?: number }).ran = 0;
  const host = testHost({ cwd: (await tempProject()).dir, home: home.dir });
  const kernel = createKernel({ entries: [hostEntry(host), pluginLoader] });
  onTestFinished(() => kernel.exit({ code: 0, reason: 'the test ended' }));
  await kernel.start({ mode: 'test', argv: [] });
  const tool = async (name: string) => (await kernel.item(Tools, name))?.run({} as never, {} as never);
  return { kernel, ran: (globalThis as { ran?: number }).ran ?? 0, tool };
}

test('the second start with fifty extensions runs the code of none', async () => {
  const files: Record<string, string> = {};
  for (let n = 0; n < 50; n++) {
    if (n < 5) files[`${folder}/e${n}.ts`] = counted(`e${n}`);
    else {
      const fields = { id: `e${n}`, version: '1', api: 1, main: 'a.ts', contributes: { tools: [`e${n}Tool`] } };
      files[`${folder}/e${n}/tenon.json`] = JSON.stringify(fields);
      files[`${folder}/e${n}/a.ts`] = counted(`e${n}`);
    }
  }
  const home = await tempProject({ files });
  expect((await start(home)).ran).toBe(5);
  const second = await start(home);
  expect(second.ran).toBe(0);
  expect(second.kernel.extensions.list().filter(({ manifest }) => /^e\d+$/.test(manifest.id))).toHaveLength(50);
  expect(await Promise.all([second.tool('e0Tool'), second.tool('e49Tool')])).toEqual(['from e0', 'from e49']);
}, 60_000);

test('what has changed is read again, and what is damaged does no harm', async () => {
  const home = await tempProject({
    files: { [`${folder}/one.ts`]: counted('one'), [`${folder}/two/tenon.json`]: '{}', [`${folder}/two/index.ts`]: '' },
  });
  const versions = async () => {
    const { kernel } = await start(home);
    return kernel.extensions
      .list()
      .flatMap(({ manifest: { id, version } }) => (/one|two/.test(id) ? [`${id} ${version}`] : []));
  };
  await home.write(`${folder}/two/tenon.json`, JSON.stringify({ id: 'two', version: '1.0.0', api: 1 }));
  expect(await versions()).toEqual(['one 2.0.0', 'two 1.0.0']);
  await home.write(`${folder}/one.ts`, counted('one').replace('2.0.0', '2.0.1'));
  await home.write(`${folder}/two/tenon.json`, JSON.stringify({ id: 'two', version: '1.0.1', api: 1 }));
  const later = new Date(Date.now() + 5_000);
  for (const path of ['one.ts', 'two/tenon.json']) await utimes(join(home.dir, folder, path), later, later);
  expect(await versions()).toEqual(['one 2.0.1', 'two 1.0.1']);
  await home.write('.claude/tenon/cache/plugin-loader/manifests.json', '{ damaged');
  expect(await versions()).toEqual(['one 2.0.1', 'two 1.0.1']);
});
