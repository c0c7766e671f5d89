import { defineTool, type Extension, type ExtensionApi, type Manifest, Tools } from 'tenon/plugin-api';

/** An extension with a tool `Ship` that says where it shipped to. */
export function ship(fields: Partial<Manifest> = {}, more: (api: ExtensionApi) => void = () => {}): Extension {
  const manifest: Manifest = { id: 'ship', version: '1.0.0', api: 1, contributes: { tools: ['Ship'] }, ...fields };
  const tool = defineTool<{ readonly to: string }>({
    name: 'Ship',
    description: 'Ships',
    input: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
    run: ({ to }) => `shipped to ${to}`,
  });
  return {
    manifest,
    setup(api) {
      api.add(Tools, tool);
      more(api);
    },
  };
}
