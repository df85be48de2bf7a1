/** Tells what an ordinary statement does to the data from its words; what is not known counts as a write. */
import type { Branching, Effect, Other, Select, TableRef } from './ast.ts';
import { isExecutable, type Token } from './lexer.ts';
import type { StatementText } from './split.ts';

const effects: Readonly<Record<string, Effect>> = {
  SHOW: 'read',
  DESCRIBE: 'read',
  DESC: 'read',
  HELP: 'read',
  VALUES: 'read',
  TABLE: 'read',
  USE: 'session',
  SET: 'session',
  BEGIN: 'session',
  START: 'session',
  COMMIT: 'session',
  ROLLBACK: 'session',
  SAVEPOINT: 'session',
  INSERT: 'data',
  UPDATE: 'data',
  DELETE: 'data',
  REPLACE: 'data',
  LOAD: 'data',
  RESTORE: 'data',
  TRUNCATE: 'data',
  CREATE: 'shape',
  ALTER: 'shape',
  DROP: 'shape',
  RENAME: 'shape',
};

const twoWords = new Set(['CREATE', 'ALTER', 'DROP', 'SHOW', 'START', 'RENAME', 'LOAD']);

function upperWord(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token?.kind === 'word' ? token.upper : (token?.text ?? '');
}

/** The first keyword of the main statement behind WITH: the first of these outside every parenthesis. */
function behindWith(tokens: readonly Token[]): string {
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    else if (depth === 0 && ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REPLACE'].includes(token.upper))
      return token.upper;
  }
  return 'SELECT';
}

/** SELECT … INTO OUTFILE writes a file, INTO @x a variable; a plain SELECT reads. */
function selectEffect(tokens: readonly Token[]): Effect {
  const into = tokens.findIndex((token) => token.kind === 'word' && token.upper === 'INTO');
  if (into < 0) return 'read';
  return tokens[into + 1]?.kind === 'variable' ? 'session' : 'unknown';
}

function mainVerb(tokens: readonly Token[]): string {
  const first = tokens.find((token) => token.text !== '(');
  if (!first) return '';
  return first.upper === 'WITH' ? behindWith(tokens) : first.upper;
}

/** SET GLOBAL and SET PASSWORD reach beyond the session. */
const sessionOnly = (tokens: readonly Token[]): boolean =>
  !['GLOBAL', 'PERSIST', 'PASSWORD', 'DEFAULT'].includes(upperWord(tokens, 1)) &&
  !tokens.some((token) => token.kind === 'variable' && /^@@(?:global|persist)\./i.test(token.text));

const pitrVerbs = new Set(['CREATE', 'ALTER', 'DROP', 'SHOW']);

/** A statement about a PITR, by where the word stands: a table or a column may be called so too. */
export function isPitr(tokens: readonly Token[]): boolean {
  if (upperWord(tokens, 0) !== 'RESTORE') return pitrVerbs.has(upperWord(tokens, 0)) && upperWord(tokens, 1) === 'PITR';
  return tokens.some((_, i) => upperWord(tokens, i) === 'FROM' && upperWord(tokens, i + 1) === 'PITR');
}

function branching(text: StatementText, tables: readonly TableRef[]): Branching | null {
  const span = { start: text.start, end: text.end };
  const words = text.tokens.map((_, i) => upperWord(text.tokens, i));
  if (words[0] === 'DATA' && words[1] === 'BRANCH') {
    const verb = `DATA BRANCH ${words[2] ?? ''}`.trim();
    return {
      ...span,
      kind: 'branch',
      verb,
      tables,
      effect: words[2] === 'CREATE' || words[2] === 'DELETE' ? 'shape' : 'data',
    };
  }
  if (isPitr(text.tokens)) {
    const effect: Effect = words[0] === 'SHOW' ? 'read' : words[0] === 'RESTORE' ? 'data' : 'shape';
    return { ...span, kind: 'pitr', verb: `${words[0] ?? ''} PITR`, tables: [], effect };
  }
  const clone = words.indexOf('CLONE');
  if (words[0] === 'CREATE' && clone > 1 && clone <= 8) {
    return { ...span, kind: 'clone', verb: 'CREATE CLONE', tables, effect: 'shape' };
  }
  return null;
}

/** EXPLAIN only reads, except EXPLAIN ANALYZE, which runs what it explains. */
function explained(text: StatementText): { tokens: readonly Token[]; runs: boolean } | null {
  if (upperWord(text.tokens, 0) !== 'EXPLAIN') return null;
  const runs = upperWord(text.tokens, 1) === 'ANALYZE' || text.tokens.slice(1, 6).some((t) => t.upper === 'ANALYZE');
  return { tokens: text.tokens.slice(runs ? 2 : 1), runs };
}

/** The tree of a statement that is none of the snapshot statements. */
export function classify(text: StatementText, tables: readonly TableRef[]): Branching | Select | Other {
  // What a comment adds is seen by the server alone.
  if (text.tokens.some(isExecutable))
    return { start: text.start, end: text.end, kind: 'other', verb: mainVerb(text.tokens), tables, effect: 'unknown' };
  const special = branching(text, tables);
  if (special) return special;
  const span = { start: text.start, end: text.end };
  const plan = explained(text);
  if (plan) {
    const inner = plan.runs ? (effects[mainVerb(plan.tokens)] ?? selectEffect(plan.tokens)) : 'read';
    return { ...span, kind: 'other', verb: 'EXPLAIN', tables, effect: inner };
  }
  const verb = mainVerb(text.tokens);
  if (verb === 'SELECT') return { ...span, kind: 'select', tables, effect: selectEffect(text.tokens) };
  let effect: Effect = Object.hasOwn(effects, verb) ? (effects[verb] as Effect) : 'unknown';
  if (verb === 'SET' && !sessionOnly(text.tokens)) effect = 'unknown';
  const second = twoWords.has(verb) ? upperWord(text.tokens, 1) : '';
  return { ...span, kind: 'other', verb: second ? `${verb} ${second}` : verb, tables, effect };
}
