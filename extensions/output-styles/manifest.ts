import type { CommandDeclaration, ComponentOrigin, Manifest, OutputStyleDeclaration } from 'tenon/plugin-api';

const origin: ComponentOrigin = { kind: 'bundled', trusted: true };

const styles = [
  { name: 'default', description: 'Short answers, the work first', origin },
  { name: 'Proactive', description: 'Goes ahead on its own judgement, and asks less', origin },
  { name: 'Concise', description: 'As few words as the matter allows', origin },
  { name: 'Explanatory', description: 'Explains the choices it makes, and how this code base works', origin },
  { name: 'Learning', description: 'Leaves small pieces for you to write, and teaches on the way', origin },
] as const satisfies readonly OutputStyleDeclaration[];

const command = {
  name: 'output-style',
  description: 'Show or choose how answers are written; a choice counts from the next session on',
  argumentHint: '[style]',
} as const satisfies CommandDeclaration;

export const manifest = {
  id: 'output-styles',
  version: '0.1.0',
  api: 1,
  description: 'Ways of answering: those of Tenon, and the files of the user, the project and plugins',
  provides: ['output-styles@1'],
  optional: ['config@1'],
  contributes: { 'output-styles': styles.map((style) => ({ ...style })), commands: [command] },
} as const satisfies Manifest;

/** The names of the styles of this extension that have a text. */
export type OwnStyle = Exclude<(typeof styles)[number]['name'], 'default'>;
