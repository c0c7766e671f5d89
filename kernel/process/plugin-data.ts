import type { PluginData } from '../../plugin-api/index.ts';

/** Keeps the data of each extension in a folder of its own below `folder`, with values in `values.json`. */
export function fileData(folder: string): (id: string) => PluginData {
  return (id) => {
    const own = `${folder}/${encodeURIComponent(id)}`;
    const file = `${own}/values.json`;
    let writing: Promise<unknown> = Promise.resolve();
    const read = async (): Promise<Record<string, unknown>> => {
      const { readFile } = await import('node:fs/promises');
      const text = await readFile(file, 'utf8').catch(() => '{}'); // absent: nothing was kept yet
      try {
        return JSON.parse(text) as Record<string, unknown>;
      } catch (cause) {
        throw new Error(`${file} is not valid JSON; repair or remove it`, { cause });
      }
    };
    const make = async (): Promise<string> => {
      const { makeFolder } = await import('../../plugin-api/lib/make-folder.ts');
      makeFolder(own, 0o700);
      return own;
    };
    return {
      folder: make,
      get: async (key) => (await read())[key],
      set: (key, value) => {
        const write = async () => {
          const { atomicWrite } = await import('../../plugin-api/lib/atomic-write.ts');
          const { [key]: _old, ...rest } = await read();
          await make();
          await atomicWrite(
            file,
            `${JSON.stringify(value === undefined ? rest : { ...rest, [key]: value }, null, 2)}\n`,
            0o600,
          );
        };
        const done = writing.then(write);
        writing = done.catch(() => undefined); // the caller is told; the next write goes on
        return done;
      },
    };
  };
}
