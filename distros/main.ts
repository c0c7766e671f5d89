import { runDistro } from '../kernel/index.ts';
import full from './full.ts';

void runDistro(full, process.argv.slice(2));
