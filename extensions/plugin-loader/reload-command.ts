import { type ExtensionApi, Loop, type SessionRef } from 'tenon/plugin-api';
import type { Loader } from './loader.ts';
import type { LoaderSettings } from './manifest.ts';

/** `/reload`: what has changed; `/reload ID`: that one, whether it has or not. */
export async function runReload(
  api: ExtensionApi<LoaderSettings>,
  loader: Loader,
  args: string,
  session: SessionRef,
): Promise<{ readonly output: string }> {
  const ids = args.split(/\s+/).filter((word) => word !== '');
  const unknown = ids.filter((id) => ![...loader.known.values()].some((one) => one.id === id));
  if (unknown.length > 0) {
    const known = [...loader.known.values()].map(({ id }) => id).join(', ');
    return {
      output: `There is no extension ${unknown.join(', ')} from outside. ${known === '' ? 'There are none.' : `There are: ${known}.`}`,
    };
  }
  const outcomes = await loader.reload({ ids, wait: !(await inTurn(api, session)) });
  const changed = outcomes.filter(({ outcome }) => outcome !== 'kept');
  return { output: changed.map(({ message }) => message).join('\n') || 'No extension has changed.' };
}

/** Who waits inside of a turn for the turn's end waits for ever. */
async function inTurn(api: ExtensionApi<LoaderSettings>, session: SessionRef): Promise<boolean> {
  const loop = api.has(Loop) ? api.maybe(Loop) : undefined;
  if (loop === undefined) return false;
  let running = true;
  const look = loop.atBoundary(
    () => {
      running = false;
    },
    { from: session },
  );
  await look.catch(() => undefined); // the answer is that it was refused
  return running;
}
