import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { Config, type ExtensionApi } from 'tenon/plugin-api';

/**
 * Where a plan is kept: in the folder of the setting `plansDirectory`, which starts from the project, or in `plans` of
 * the user's folder. The name is made of the plan's first line and its text, so that no plan replaces another.
 */
export async function planFile(api: ExtensionApi, plan: string, root: string): Promise<string> {
  const config = await api.use(Config);
  const set = config.get('plansDirectory');
  const folder = typeof set === 'string' && set !== '' ? resolve(root, set) : join(config.userFolder, 'plans');
  const title = plan
    .trim()
    .split('\n', 1)[0]!
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
    .replace(/-$/, '');
  const mark = createHash('sha256').update(plan).digest('hex').slice(0, 8);
  return join(folder, `${title || 'plan'}-${mark}.md`);
}
