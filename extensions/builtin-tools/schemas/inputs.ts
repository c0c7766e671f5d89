import { bashInput } from './bash.schema.ts';
import { editInput } from './edit.schema.ts';
import { globInput } from './glob.schema.ts';
import { grepInput } from './grep.schema.ts';
import { readInput } from './read.schema.ts';
import { writeInput } from './write.schema.ts';

/** The input of each tool. `scripts/generate-schemas.mjs` turns them into `schemas.gen.ts`. */
export const inputs = {
  Read: readInput,
  Write: writeInput,
  Edit: editInput,
  Bash: bashInput,
  Glob: globInput,
  Grep: grepInput,
};
