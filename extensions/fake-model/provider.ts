import type { HookHandle, ModelProvider } from 'tenon/plugin-api';
import type { FakeModelConfig } from './manifest.ts';
import type { Player } from './player.ts';

export interface ProviderParts {
  /** Where script files are looked for when a request belongs to no session. */
  readonly cwd: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: () => FakeModelConfig;
  readonly hook: HookHandle<'ModelRequest'>;
}

/** Makes the provider, without the name it is registered under. What plays scripts is loaded with the first request. */
export function createProvider(parts: ProviderParts): Omit<ModelProvider, 'name'> {
  let player: Promise<Player> | undefined;
  return {
    defaultModel: 'fake',
    info: (model) => ({ id: model, contextWindow: 200_000, maxOutputTokens: 32_000 }),
    keySource: () => 'none',
    async *stream(request, context) {
      player ??= import('./player.ts').then(({ Player }) => new Player(parts));
      yield* (await player).stream(request, context);
    },
  };
}
