import { service } from '../service.ts';

/** Whoever offers it answers, in the permission mode `auto`, the questions that no rule decides. Without it `auto` asks as `default` does. */
// biome-ignore lint/complexity/noBannedTypes: there is nothing to call; that it is there is what it says
export type AutoMode = {};

/** Answers questions in the permission mode `auto`. */
export const AutoMode = service<AutoMode>('auto-mode@1');
