/** What the embedded engine would refuse of a query or a change of rows, said before it is run. */
import { say, together } from '../../base/say.ts';
import { isOtherwiseRead, tokenize } from '../lexer.ts';
import { readRowStatement } from '../query/read.ts';
import { type Check, problemAt } from './problem.ts';

/** How statements begin that have a tree. */
const rowVerb = /^\(*\s*(?:SELECT|WITH|INSERT|REPLACE|UPDATE|DELETE)\b/i;

/** By what the text says alone; what the types of the columns decide is found when it is run. */
export const checkEmbedded: Check = ({ read: { statement }, text, catalog }) => {
  const { kind, start, end } = statement;
  if (catalog.connection?.kind !== 'embedded' || (kind !== 'select' && kind !== 'other')) return [];
  const written = text.slice(start, end);
  if (!rowVerb.test(written)) return [];
  const found = readRowStatement(
    tokenize(written).filter((token) => token.kind !== 'comment' || isOtherwiseRead(token)),
  );
  // What cannot be read may be half typed.
  if ('tree' in found || found.fault.kind === 'syntax') return [];
  const { message, hint, start: from, end: to } = found.fault;
  const sentence = together(say('{0} is not supported here.', message), hint);
  return [problemAt({ start: start + from, end: start + to }, 'engine.unsupported', 'error', sentence)];
};
