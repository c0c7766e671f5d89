import type { Config, ConfigLayer, JsonObject } from 'tenon/plugin-api';
import { describe, expect, test } from 'vitest';
import { modelPolicy } from '../model-policy.ts';
import { call, providerOf, serverOf } from './call.ts';

/** As the settings give it: the layers as they stand, and the value that counts, lists joined. */
function configOf(...given: readonly [ConfigLayer['source'], JsonObject][]): Pick<Config, 'get' | 'layers'> {
  const layers = given.map(([source, value]) => ({ source, value, dir: '/' }));
  const get = (key: string) => {
    const values = layers.flatMap(({ value }) => (value[key] === undefined ? [] : [value[key]]));
    return values.every((value) => Array.isArray(value)) && values.length > 0 ? values.flat() : values[0];
  };
  return { layers: () => layers, get: get as Config['get'] };
}

describe('deniedModels and availableModels', () => {
  const permits = (settings: JsonObject, id: string, isDefault = false) => {
    try {
      modelPolicy(configOf(['user', settings])).check(id, isDefault);
      return true;
    } catch {
      return false;
    }
  };
  test.each([
    ['opus', 'claude-opus-5-5', true],
    ['opus', 'us.anthropic.claude-opus-4-5-v1:0', true],
    ['opus', 'claude-sonnet-5-5', false],
    ['opus-4-5', 'claude-opus-4-5-20251101', true],
    ['opus-4', 'claude-opus-4-5', true],
    ['opus-4', 'claude-opus-45', false],
    ['claude-opus-4-5', 'claude-opus-4-5', true],
    ['claude-opus-4-5', 'claude-opus-4-6', false],
    ['my-model', 'my-model', true],
    ['', 'my-model', false],
  ])('%j and %s', (entry, id, fits) => {
    expect(permits({ availableModels: [entry] }, id)).toBe(fits);
    expect(permits({ deniedModels: [entry] }, id)).toBe(!fits);
  });
  test('the default model is left, unless enforceAvailableModels is set', () => {
    expect(permits({ availableModels: [] }, 'm', true)).toBe(true);
    expect(permits({ availableModels: [] }, 'm', false)).toBe(false);
    expect(permits({ availableModels: [], enforceAvailableModels: true }, 'm', true)).toBe(false);
    expect(permits({ deniedModels: ['m'] }, 'm', true)).toBe(false);
  });
  test('a weaker layer cannot add to the list of a stronger one, nor a project make one', () => {
    const policy = modelPolicy(
      configOf(
        ['managed', { availableModels: ['haiku'] }],
        ['project', { availableModels: ['m'] }],
        ['user', { availableModels: ['opus'] }],
      ),
    );
    expect(() => policy.check('claude-haiku-5-5', false)).not.toThrow();
    expect(() => policy.check('claude-opus-5-5', false)).toThrow(/availableModels permits: haiku\.$/);
    expect(() => modelPolicy(configOf(['project', { availableModels: [] }])).check('m', false)).not.toThrow();
  });
});

test('a model that is ruled out is not asked, and one with another name at the endpoint is asked by that', async () => {
  const server = await serverOf({ text: 'x' });
  const config = configOf([
    'user',
    { deniedModels: ['opus'], modelOverrides: { 'claude-sonnet-5-5': 'arn:aws:sonnet' }, maxEffortLevel: 'medium' },
  ]);
  const provider = providerOf({ ANTHROPIC_BASE_URL: server.url }, undefined, config);
  const { error } = await call(provider, { model: 'opus' });
  expect(error).toMatchObject({ kind: 'model_not_found', message: expect.stringMatching(/deniedModels/) });
  expect(server.requests).toEqual([]);
  await call(provider, { model: 'sonnet', effort: 'max' });
  expect(server.requests[0]?.body).toMatchObject({ model: 'arn:aws:sonnet', output_config: { effort: 'medium' } });
});

test('the lowest maxEffortLevel counts, and a level that nobody asks for is not sent', () => {
  const policy = modelPolicy(configOf(['user', { maxEffortLevel: 'high' }], ['project', { maxEffortLevel: 'low' }]));
  expect(policy.effort('max', 'claude-x')).toBe('low');
  expect(policy.effort('low', 'claude-x')).toBe('low');
  expect(policy.effort(undefined, 'claude-x')).toBeUndefined();
  expect(modelPolicy(undefined).effort('max', 'claude-x')).toBe('max');
});
