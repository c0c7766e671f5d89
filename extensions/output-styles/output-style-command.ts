import { Config, type ExtensionApi, OutputStyles } from 'tenon/plugin-api';
import { chosenStyle } from 'tenon/plugin-api/lib/chosen-style';
import { nearest } from 'tenon/plugin-api/lib/nearest';

/** `/output-style [style]` */
export async function outputStyleCommand(api: ExtensionApi, args: string) {
  const declared = api.declared(OutputStyles);
  const config = api.has(Config) ? await api.use(Config) : undefined;
  const current = chosenStyle(config?.get('outputStyle'), declared);
  const wanted = args.trim();
  if (wanted === '') {
    const lines = declared.map(
      ({ name, description = '' }) =>
        `${name === current ? '*' : ' '} ${name}${description === '' ? '' : `: ${description}`}`,
    );
    return { output: ['Output styles, the one in use marked with *', ...lines].join('\n') };
  }
  const names = declared.map(({ name }) => name);
  const name = names.find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (name === undefined) {
    const near = nearest(wanted, names);
    return {
      output: `There is no output style ${JSON.stringify(wanted)}; ${near === undefined ? `there are: ${names.join(', ')}` : `did you mean ${near}?`}`,
      isError: true,
    };
  }
  if (config === undefined) return { output: 'There are no settings here that could keep it.', isError: true };
  await config.set('local', 'outputStyle', name);
  return { output: `The output style is ${name} from the next session on.` };
}
