import type { DeclaredItem } from '../extension.ts';

/** The style of a program that nobody gave another. */
export const DEFAULT_STYLE = 'default';

/**
 * The name of the output style to use: the one that the setting `outputStyle` names, else one that its plugin forces,
 * else `default`. A name that nobody declares counts as `default`, and so does a style of a folder that is not trusted:
 * it would be a part of the system prompt.
 * @param setting the value of the setting
 * @param declared what stands in the point `output-styles`
 */
export function chosenStyle(setting: unknown, declared: readonly DeclaredItem[]): string {
  const trusted = declared.filter(({ origin }) => (origin as { trusted?: unknown } | undefined)?.trusted !== false);
  if (typeof setting === 'string' && setting !== '') {
    const wanted = setting.toLowerCase();
    const named =
      trusted.find(({ name }) => name === setting) ?? trusted.find(({ name }) => name.toLowerCase() === wanted);
    return named?.name ?? DEFAULT_STYLE;
  }
  return trusted.find(({ force }) => force === true)?.name ?? DEFAULT_STYLE;
}
