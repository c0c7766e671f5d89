import { Extensions, Trust } from 'tenon/plugin-api';
import { type Check, note, ok } from './finding.ts';

export const checkTrust: Check = async (api, { cwd }) => {
  if (!api.has(Trust)) return [note('this build has no folder trust: nothing that a folder brings along takes part')];
  const { trusted, reason } = await (await api.use(Trust)).check(cwd);
  const skipped = (await api.use(Extensions)).list().filter(({ state }) => state === 'untrusted');
  return [
    trusted
      ? ok(`${cwd}: ${reason}`)
      : note(`${cwd}: ${reason}; what it brings along (hooks, permissions, servers, extensions) takes no part`),
    ...skipped.map(({ manifest }) => note(`extension ${manifest.id} of this folder is skipped`)),
  ];
};
