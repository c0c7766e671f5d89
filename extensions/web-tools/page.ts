/** What an address gave, as text. */
export interface Page {
  /** The address that answered, after redirects within the host. */
  readonly url: string;
  readonly code: number;
  readonly codeText: string;
  /** Of the body, as it was read. */
  readonly bytes: number;
  readonly text: string;
  /** True when the body was longer than what is read of one. */
  readonly cut: boolean;
}
