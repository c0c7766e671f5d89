import type { ComponentOrigin } from '../component.ts';
import type { JsonObject } from '../schema.ts';
import { point } from '../service.ts';

/** A language server, as a setup declares it. Nothing is started by declaring it. */
export interface LspServerDeclaration {
  readonly name: string;
  /** As written (`{ command, args, extensionToLanguage, ... }`), the plugin's own variables filled in. */
  readonly config: JsonObject;
  readonly origin: ComponentOrigin;
}

/** Servers, by name. */
export const LspServers = point<LspServerDeclaration>(
  'lsp-servers',
  (server) => server.name,
  (owner, name) => `${owner}:${name}`,
);
