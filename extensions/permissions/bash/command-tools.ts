import type { Ground } from '../ground.ts';
import type { CommandOptions, Parser } from './case.ts';
import { type CommandFinding, judgeCommand } from './judge.ts';
import { ParserNeeded, plainScript } from './plain-script.ts';

/** Judges command lines. The parser is loaded for the first one that is more than plain words. */
export interface CommandTools {
  judge(ground: Ground, command: string, options: Omit<CommandOptions, 'parser'>): Promise<CommandFinding>;
}

export function commandTools(): CommandTools {
  let parser: Parser = {
    parse(source) {
      const script = plainScript(source);
      if (script === undefined) throw new ParserNeeded();
      return script;
    },
    forEachChild() {
      throw new ParserNeeded();
    },
  };
  return {
    async judge(ground, command, options) {
      try {
        return judgeCommand(ground, command, { ...options, parser });
      } catch (error) {
        if (!(error instanceof ParserNeeded)) throw error;
        const { parse, forEachChild } = await import('unbash');
        parser = { parse: (source) => plainScript(source) ?? parse(source), forEachChild };
        return judgeCommand(ground, command, { ...options, parser });
      }
    },
  };
}
