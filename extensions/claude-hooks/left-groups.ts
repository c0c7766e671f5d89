/** Process groups whose commands have ended while children of theirs go on. They end with their session. */
export class LeftGroups {
  private readonly groups = new Map<number, string>();

  /** @param session the id of the root session; empty for a command without one */
  add(session: string, pid: number): { gone(): void } {
    this.groups.set(pid, session);
    // a number of a group may be given out again: it is forgotten as soon as nothing holds the pipes
    return { gone: () => void this.groups.delete(pid) };
  }

  /** Ends those of a session, or all. */
  end(session?: string): void {
    for (const [pid, owner] of this.groups) {
      if (session !== undefined && owner !== session) continue;
      this.groups.delete(pid);
      try {
        process.kill(-pid, 'SIGTERM');
      } catch {
        // gone already
      }
    }
  }
}
