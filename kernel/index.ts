export { checkDistro, type Distro, defineDistro, entry, hostEntry, infoOf, without } from './distro.ts';
export { KernelError } from './errors.ts';
export { createKernel, type Kernel, type KernelOptions } from './kernel.ts';
export { watchLag } from './lag.ts';
export { runDistro } from './process/run.ts';
