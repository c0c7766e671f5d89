import { AutoMode, defineExtension } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  setup(api) {
    api.provide(AutoMode, {});
    // late: whoever else has an answer is heard first
    api.hooks.PermissionRequest.tap({ stage: 'late', timeout: 0 }, async (request, { signal }) => {
      if (request.session.permissionMode !== 'auto') return undefined;
      const { classify } = await import('./classify.ts');
      return classify(api, request, signal);
    });
  },
});
