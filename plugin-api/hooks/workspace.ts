import { decide, observe } from '../hook-kinds.ts';
import type { SessionRef } from '../session.ts';

export interface InstructionsLoaded {
  readonly session: SessionRef;
  readonly path: string;
  readonly kind: 'User' | 'Project' | 'Local' | 'Managed';
  readonly reason: 'session_start' | 'nested_traversal' | 'path_glob_match' | 'include' | 'compact';
  /** The file that imports it. */
  readonly parent?: string;
  /** The file that was read or changed, for files that come along with it. */
  readonly trigger?: string;
  /** The patterns of a rule that is about some files only. */
  readonly globs?: readonly string[];
}
export interface CwdChanged {
  readonly session: SessionRef;
  readonly from: string;
  readonly to: string;
}
export interface FileChanged {
  readonly session: SessionRef;
  readonly path: string;
  readonly event: 'change' | 'add' | 'unlink';
}
export interface DirectoryAdded {
  readonly session: SessionRef;
  readonly directory: string;
  readonly source: string;
}
export interface WorktreeCreate {
  readonly session: SessionRef;
  readonly name: string;
}
export interface WorktreeRemove {
  readonly session: SessionRef;
  readonly path: string;
}
export interface MessageDisplay {
  readonly session: SessionRef;
  readonly messageId: string;
  readonly text: string;
}
export interface Setup {
  readonly session: SessionRef;
  readonly trigger: 'init' | 'maintenance';
}
export interface Notification {
  readonly session?: SessionRef;
  readonly kind: string;
  readonly message: string;
  readonly title?: string;
}

export const workspaceHooks = {
  /** An instruction file (CLAUDE.md, AGENTS.md, a rule) became part of a conversation. */
  InstructionsLoaded: observe<InstructionsLoaded>({ subject: (value) => value.reason }),
  /** The session's working directory is another one. */
  CwdChanged: observe<CwdChanged>(),
  /** A watched file is another one on disk. */
  FileChanged: observe<FileChanged>({ pending: 'file watching', subject: (value) => value.path }),
  /** A folder counts as inside the working directory from now on. */
  DirectoryAdded: observe<DirectoryAdded>({ subject: (value) => value.source }),
  /** Makes a worktree in place of git, or says why it cannot; the first answer wins. */
  WorktreeCreate: decide<WorktreeCreate, { readonly path: string } | { readonly error: string }>({ timeout: 0 }),
  /** A worktree is about to go; who made it in place of git removes it. */
  WorktreeRemove: observe<WorktreeRemove>({ timeout: 30_000 }),
  /** Text of the model is about to be shown. */
  MessageDisplay: observe<MessageDisplay>({ pending: 'terminal UI' }),
  /** The program was started to set a project up. */
  Setup: observe<Setup>({ pending: 'setup flags', subject: (value) => value.trigger }),
  /** The user's attention is wanted. */
  Notification: observe<Notification>({ subject: (value) => value.kind }),
};
