import type { Session } from 'tenon/plugin-api';

/** `/model [model]` */
export async function model(args: string, session: Session) {
  const wanted = args.trim();
  if (wanted === '') return { output: `The model is ${session.model}. /model <id or alias> chooses another.` };
  const chosen = wanted === 'default' ? undefined : wanted;
  await session.setModel(chosen);
  return { output: `The model is ${session.model}.` };
}
