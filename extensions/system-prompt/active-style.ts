import { type ActiveStyle, Config, type ExtensionApi, OutputStyles, OutputStyleTexts } from 'tenon/plugin-api';
import { chosenStyle, DEFAULT_STYLE } from 'tenon/plugin-api/lib/chosen-style';

/** What was said of a style that cannot be used; it is asked for with every prompt. */
const said = new WeakMap<ExtensionApi, unknown>();

/** The output style that is chosen; `undefined` for the default one, for which nothing is loaded. */
export async function activeStyle(api: ExtensionApi): Promise<ActiveStyle | undefined> {
  if (!api.has(OutputStyleTexts)) return undefined;
  const wanted = api.maybe(Config)?.get('outputStyle');
  const declared = api.declared(OutputStyles);
  const name = chosenStyle(wanted, declared);
  if (name !== DEFAULT_STYLE) return (await api.use(OutputStyleTexts)).style(name);
  const meant = typeof wanted === 'string' ? wanted.toLowerCase() : '';
  if (meant !== '' && meant !== DEFAULT_STYLE && said.get(api) !== wanted) {
    said.set(api, wanted);
    const names = declared.map((one) => one.name);
    const why = names.some((one) => one.toLowerCase() === meant)
      ? 'comes from a folder that is not trusted'
      : `is not there; there are: ${names.join(', ')}`;
    api.log.warn(`the output style ${JSON.stringify(wanted)} ${why}. ${DEFAULT_STYLE} is used`);
  }
  return undefined;
}
