import { service } from '../service.ts';

/** What an output style adds to the system prompt. */
export interface ActiveStyle {
  readonly name: string;
  readonly text: string;
  /** The instructions for coding stay beside it. */
  readonly keepCodingInstructions: boolean;
}

/** The text of output styles. Asked only while another style than `default` is chosen. */
export interface OutputStyleTexts {
  /** The style of a name (`chosenStyle` in `tenon/plugin-api/lib/chosen-style`); `undefined` when it has no text that can be read. */
  style(name: string): Promise<ActiveStyle | undefined>;
}

/** The text of output styles. */
export const OutputStyleTexts = service<OutputStyleTexts>('output-styles@1');
