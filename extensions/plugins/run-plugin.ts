import { type ExtensionApi, type Host, type Invocation, PluginVerbs, UsageError } from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';

/** `plugin <verb> …`: finds the verb and runs it; without one, lists them. Gives the exit code. */
export async function runPlugin(api: ExtensionApi, host: Host, { args, flags }: Invocation): Promise<number> {
  const [word, ...rest] = args;
  const { command } = host.distro;
  const declared = api.declared(PluginVerbs);
  const verb = word === undefined ? undefined : nameOf(word, declared);
  if (verb === undefined || (verb === 'help' && !declared.some(({ name }) => name === verb))) {
    await host.stdout.write(flags.json === true ? asJson(declared) : asText(declared, command));
    return 0;
  }
  if (!declared.some(({ name }) => name === verb)) {
    const near = nearest(
      verb,
      declared.map(({ name }) => name),
    );
    const hint = near === undefined ? `${command} plugin lists them` : `did you mean ${near}?`;
    throw new UsageError(`plugin: there is no verb ${JSON.stringify(verb)}; ${hint}`);
  }
  const item = await api.item(PluginVerbs, verb);
  if (item === undefined) {
    const owner = declared.find(({ name }) => name === verb)?.owner;
    throw new Error(`plugin ${verb} cannot run: the extension ${owner} did not start, or does not offer it`);
  }
  return item.run(rest, flags);
}

type Declared = ReturnType<ExtensionApi['declared']>;

/** The name of the verb that a word stands for. */
function nameOf(word: string, declared: Declared): string {
  if (declared.some(({ name }) => name === word)) return word;
  return declared.find(({ aliases }) => Array.isArray(aliases) && aliases.includes(word))?.name ?? word;
}

function asText(declared: Declared, command: string): string {
  if (declared.length === 0) return 'This build has no verbs for plugins.\n';
  const rows = [...declared]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      ({ name, usage, description = '' }) =>
        [typeof usage === 'string' ? `${name} ${usage}` : name, description] as const,
    );
  const width = Math.min(40, Math.max(...rows.map(([left]) => left.length)));
  const lines = rows.flatMap(([left, right]) =>
    left.length > width ? [`  ${left}`, `  ${' '.repeat(width)}  ${right}`] : [`  ${left.padEnd(width)}  ${right}`],
  );
  return `Usage: ${command} plugin <verb> [args] [flags]\n\n${lines.join('\n')}\n`;
}

function asJson(declared: Declared): string {
  const verbs = declared.map(({ name, description, usage }) => ({ name, description, usage }));
  return `${JSON.stringify(verbs, null, 2)}\n`;
}
