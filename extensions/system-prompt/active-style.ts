import { type ActiveStyle, Config, type ExtensionApi, OutputStyles, OutputStyleTexts } from 'tenon/plugin-api';
import { chosenStyle, DEFAULT_STYLE } from 'tenon/plugin-api/lib/chosen-style';

/** The output style that is chosen; `undefined` for the default one, for which nothing is loaded. */
export async function activeStyle(api: ExtensionApi): Promise<ActiveStyle | undefined> {
  if (!api.has(OutputStyleTexts)) return undefined;
  const name = chosenStyle(api.maybe(Config)?.get('outputStyle'), api.declared(OutputStyles));
  return name === DEFAULT_STYLE ? undefined : (await api.use(OutputStyleTexts)).style(name);
}
