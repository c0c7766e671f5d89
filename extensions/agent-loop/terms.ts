import { type Disposable, type Effort, Permissions, type PromptTerms } from 'tenon/plugin-api';
import type { Query } from './query.ts';

/** What extensions changed about how one prompt is answered. */
export class Terms {
  /** A part of the requests. */
  effort: { readonly effort?: Effort } = {};
  private readonly query: Query;
  private readonly grants: Disposable[] = [];

  constructor(query: Query) {
    this.query = query;
  }

  async add({ model, effort, allow = [], deny = [], by }: PromptTerms): Promise<void> {
    const { query } = this;
    const { session } = query;
    if (allow.length + deny.length > 0) {
      const permissions = await session.world.api.use(Permissions);
      const granted = await permissions.grant?.(session, { allow, deny, by });
      if (granted !== undefined) this.grants.push(granted);
    }
    if (effort !== undefined) this.effort = { effort };
    if (model !== undefined) await query.useModel(model, by);
    // those of the first request are chosen later
    if (deny.length > 0 && query.ready) await query.offerTools();
  }

  end(): void {
    for (const grant of this.grants.splice(0)) void grant.dispose();
  }
}
