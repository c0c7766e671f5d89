import { test } from 'vitest';
import { writeSync } from 'node:fs';
import { BENIGN } from './table/benign.ts';
import { CRITICAL, HOSTILE } from './table/hostile.ts';
import { POLICY } from './table/policy.ts';
import { Workspace } from './workspace.ts';
test('x', async () => {
  const w = new Workspace();
  const go = async (c: string, world: any, o: any) => { writeSync(2, `${JSON.stringify(c).slice(0,200)}\n`); const t = performance.now(); await world.bash(w.fill(c), o); const d = performance.now()-t; if (d > 50) writeSync(2, `SLOW ${d} ${c.slice(0,100)}\n`); };
  for (const list of Object.values(HOSTILE)) for (const c of list) await go(c, w.world(), {});
  for (const c of CRITICAL) await go(c, w.world(), {mode:'bypassPermissions'});
  for (const c of BENIGN) await go(c, w.world(), {});
  for (const { allow=[], ask=[], deny=[], mode, run } of POLICY) for (const c of run) await go(c, w.world({layers:[{source:'user',permissions:{allow,ask,deny}}]}), {mode:mode??'default'});
}, 60000);
