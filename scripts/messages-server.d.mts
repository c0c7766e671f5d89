export type Block =
  | { readonly type: 'text'; readonly text: string | readonly string[] }
  | { readonly type: 'tool_use'; readonly name: string; readonly input: object };

/** `at`: performance.now() at the headers' arrival; `tools`: how many were offered. */
export interface Seen {
  readonly at: number;
  readonly bytes: number;
  readonly tools: number;
}

export interface MessagesServer {
  readonly url: string;
  readonly requests: Seen[];
  close(): Promise<void>;
}

export declare function startMessagesServer(
  answer: (request: Record<string, unknown>, seen: Seen) => readonly Block[] | Promise<readonly Block[]>,
  options?: { readonly eventsPerWrite?: number },
): Promise<MessagesServer>;
