import type { ComponentOrigin } from '../component.ts';
import type { JsonObject } from '../schema.ts';
import { point } from '../service.ts';

/** A server of the Model Context Protocol, as a setup declares it. Nothing is started by declaring it. */
export interface McpServerDeclaration {
  /** `github`, or `plugin:acme:github` for a plugin's. */
  readonly name: string;
  /** As written (`{ command, args, env }` or `{ type: 'http', url, headers }`), the plugin's own variables filled in. */
  readonly config: JsonObject;
  readonly origin: ComponentOrigin;
}

/** Servers, by name. */
export const McpServers = point<McpServerDeclaration>(
  'mcp-servers',
  (server) => server.name,
  (owner, name) => `${owner}:${name}`,
);
