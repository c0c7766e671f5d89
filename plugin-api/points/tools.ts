import { point } from '../service.ts';
import type { Tool } from '../tool.ts';

/** Tools, by the name the model calls. */
export const Tools = point<Tool<never, unknown>>(
  'tools',
  (tool) => tool.name,
  (owner, name) => `${owner.replace(/[^A-Za-z0-9_-]/g, '_')}_${name}`,
);
