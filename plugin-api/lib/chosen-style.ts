import type { DeclaredItem } from '../extension.ts';

/** The style of a program that nobody gave another. */
export const DEFAULT_STYLE = 'default';

/**
 * The name of the output style to use: the one that the setting `outputStyle` names, else one that its plugin forces,
 * else `default`. A name that nobody declares counts as `default`.
 * @param setting the value of the setting
 * @param declared what stands in the point `output-styles`
 */
export function chosenStyle(setting: unknown, declared: readonly DeclaredItem[]): string {
  if (typeof setting === 'string' && setting !== '') {
    const wanted = setting.toLowerCase();
    return (
      (declared.find(({ name }) => name === setting) ?? declared.find(({ name }) => name.toLowerCase() === wanted))
        ?.name ?? DEFAULT_STYLE
    );
  }
  return declared.find(({ force }) => force === true)?.name ?? DEFAULT_STYLE;
}
