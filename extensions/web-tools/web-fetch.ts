import type { Tool } from 'tenon/plugin-api';
import { webFetch } from './manifest.ts';
import type { PageCache } from './page-cache.ts';
import type { PageRoutes } from './page-route.ts';
import type { WebFetchInput, WebFetchOutput } from './run-web-fetch.ts';
import type { Workbench } from './workbench.ts';

/** Fetches a page and answers a question about it. */
export function webFetchTool(bench: Workbench): Tool<WebFetchInput, WebFetchOutput> {
  let cache: PageCache | undefined;
  let routes: PageRoutes | undefined;
  return {
    ...webFetch,
    readOnly: () => true,
    access: ({ url }) => ({ url }),
    async run(input, context) {
      const [{ runWebFetch }, { PageCache }, { PageRoutes }] = await Promise.all([
        import('./run-web-fetch.ts'),
        import('./page-cache.ts'),
        import('./page-route.ts'),
      ]);
      cache ??= new PageCache();
      routes ??= await PageRoutes.of(bench.api, bench.host);
      return runWebFetch({ ...bench, cache, routes }, input, context);
    },
  };
}
