import { manifest as fakeModel } from '../extensions/fake-model/manifest.ts';
import { defineDistro, entry } from '../kernel/index.ts';
import headless from './headless.ts';

/** Everything that Tenon ships, but for `allow-all`. */
export default defineDistro({
  ...headless,
  extensions: [...headless.extensions, entry(fakeModel, () => import('../extensions/fake-model/index.ts'))],
  plugins: 'user+project',
});
