import { Cli, type ControlClient, type ControlPeer, type ExtensionApi, UsageError } from 'tenon/plugin-api';
import { Client } from './client.ts';
import { clientSurface } from './client-surface.ts';
import { toolSurface } from './tool-surface.ts';

/** Begins to talk to a client. @throws UsageError when `--permission-prompt-tool` asks for what cannot be had */
export async function connectClient(api: ExtensionApi, peer: ControlPeer): Promise<ControlClient> {
  const client = new Client(api, peer);
  const named = api.has(Cli) ? (await api.use(Cli)).invocation.flags['permission-prompt-tool'] : undefined;
  if (typeof named !== 'string') return client;
  if (named === '') throw new UsageError('--permission-prompt-tool: give stdio or the name of a tool');
  if (named !== 'stdio') {
    client.askWith(await toolSurface(api, named, () => client.session), named);
    return client;
  }
  if (peer.send === undefined) {
    throw new UsageError(
      '--permission-prompt-tool stdio needs --input-format stream-json and --output-format stream-json as well; add them',
    );
  }
  client.askWith(clientSurface(api, client.outgoing));
  return client;
}
