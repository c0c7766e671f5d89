import { Config, type ExtensionApi } from 'tenon/plugin-api';

/** Words in the name of a key whose value is for nobody to see. */
const SECRET = /key|token|secret|password|credential|^env$/i;

/** `/config [key]` */
export async function settings(api: ExtensionApi, args: string) {
  if (!api.has(Config)) return { output: 'There are no settings here.', isError: true };
  const config = await api.use(Config);
  const key = args.trim();
  if (key !== '') {
    const value = config.get(key);
    if (value === undefined) return { output: `${key} is not set.` };
    return { output: SECRET.test(key) ? `${key} is set.` : `${key}: ${JSON.stringify(value, hidden, 2)}` };
  }
  const layers = config.layers().filter(({ value }) => Object.keys(value).length > 0);
  if (layers.length === 0) return { output: 'Nothing is set. "config set KEY VALUE" on the command line sets a key.' };
  const parts = layers.map(({ source, path, value }) => `${path ?? source}\n${JSON.stringify(value, hidden, 2)}`);
  return { output: parts.join('\n\n') };
}

function hidden(key: string, value: unknown): unknown {
  return SECRET.test(key) && value !== undefined ? '(hidden)' : value;
}
