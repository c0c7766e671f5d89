import type { SyntaxNode, TestExpression, Word } from 'unbash';
import type { ShellWord, WordReader } from './word.ts';

const NUMBER = /^-?[0-9]+$/;
const ARITHMETIC_TESTS = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);

/** Follows the words of `[[ … ]]`, and says what in it is not followed. */
export function testExpression(node: TestExpression, reader: WordReader): void {
  const { inspect, scan, problem } = reader;
  const word = (one: Word): ShellWord => {
    const value = inspect(one);
    if (value.unknown) problem('an expansion in a test');
    return value;
  };
  switch (node.type) {
    case 'TestUnary':
      if (node.operator === '-v' || node.operator === '-R') problem('a test of a variable by name');
      word(node.operand);
      return;
    case 'TestBinary': {
      const sides = [word(node.left), word(node.right)];
      if (!ARITHMETIC_TESTS.has(node.operator)) return;
      for (const side of sides) {
        const harmless = side.plain ? NUMBER.test(side.text) : /^"?\$[?#$]"?$/.test(side.raw);
        if (!harmless) problem('shell arithmetic');
      }
      return;
    }
    case 'TestLogical':
      for (const operand of node.operands) testExpression(operand, reader);
      return;
    case 'TestNot':
      testExpression(node.operand, reader);
      return;
    case 'TestGroup':
      testExpression(node.expression, reader);
      return;
    default:
      problem('a test that is not known');
      scan(node as SyntaxNode);
  }
}
