import type { ComponentOrigin } from '../component.ts';
import { point } from '../service.ts';

/** What is known of an output style without reading its text. */
export interface OutputStyleDeclaration {
  /** What the setting `outputStyle` names. */
  readonly name: string;
  readonly description: string;
  /** Its plugin wants it used while the user has chosen none. */
  readonly force?: boolean;
  readonly origin: ComponentOrigin;
}

/** A way of answering that takes the place of, or adds to, the part of the system prompt about coding. */
export interface OutputStyle extends OutputStyleDeclaration {
  /** Default: false, the style stands in the place of the instructions for coding. */
  readonly keepCodingInstructions?: boolean;
  /** @throws Error that names the file when it cannot be read */
  body(): Promise<string>;
}

/** Output styles, by name. */
export const OutputStyles = point<OutputStyle>(
  'output-styles',
  (style) => style.name,
  (owner, name) => `${owner}:${name}`,
);
