/** Names of marketplaces that only their owners may use; also those that exist already are checked at each load. */
export const RESERVED_MARKETPLACES: readonly string[] = [
  'claude-code-marketplace',
  'claude-code-plugins',
  'claude-plugins-official',
  'claude-plugins-community',
  'claude-community',
  'anthropic-marketplace',
  'anthropic-plugins',
  'agent-skills',
  'anthropic-agent-skills',
  'knowledge-work-plugins',
  'life-sciences',
  'claude-for-legal',
  'claude-for-financial-services',
  'financial-services-plugins',
  'first-party-plugins',
  'healthcare',
];

/** The kinds of `source` that the entry of a plugin in a marketplace.json may have, and the fields each needs. */
export const PLUGIN_SOURCE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  github: ['repo'],
  url: ['url'],
  'git-subdir': ['url', 'path'],
  npm: ['package'],
  archive: ['url'],
  command: ['command'],
};
