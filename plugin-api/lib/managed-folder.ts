import { platform } from 'node:os';

/**
 * The folder of the machine's administrator, absolute: managed settings and instructions, which only he can write.
 * @param system a platform name of Node
 */
export function managedFolder(system: string = platform()): string {
  if (system === 'win32') return 'C:\\Program Files\\ClaudeCode';
  return system === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code';
}
