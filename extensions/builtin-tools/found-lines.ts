/** What a search found in one file. */
export interface FoundLines {
  /** An absolute path. */
  readonly path: string;
  /** `12:text` for a match, `12-text` for a line around it, the text alone without line numbers, `--` for a gap. */
  readonly lines: readonly string[];
  readonly matches: number;
}

/** What a search gives. */
export interface SearchResult {
  readonly files: readonly FoundLines[];
  /** Why it was ended before it was done. */
  readonly cut: 'time' | 'size' | undefined;
  readonly complaint: string;
}

/** What to search for; see the fields of Grep. */
export interface SearchQuery {
  readonly pattern: string;
  readonly mode: 'content' | 'files_with_matches' | 'count';
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly onlyMatching: boolean;
  readonly lineNumbers: boolean;
  readonly before: number;
  readonly after: number;
  readonly globs: readonly string[];
  readonly type: string | undefined;
}
