/** Tells what an ordinary statement does to the data: it counts as a write unless its whole form is known to read. */
import type { Branching, Effect, Other, Select, TableRef } from './ast.ts';
import { isOtherwiseRead, type Token } from './lexer.ts';
import {
  describeEffect,
  explained,
  planEffect,
  queryEffect,
  setEffect,
  showEffect,
  wordAt as upperWord,
} from './readForms.ts';
import type { StatementText } from './split.ts';

type Rule = Effect | ((tokens: readonly Token[]) => Effect);

/** A form of a few words and nothing else. */
const only =
  (form: RegExp): Rule =>
  (tokens) =>
    form.test(tokens.map(({ upper }) => upper).join(' ')) ? 'session' : 'unknown';

const chain = /^(?:COMMIT|ROLLBACK)(?: WORK)?(?: AND (?:NO )?CHAIN)?(?: (?:NO )?RELEASE)?$/;

/** EXPLAIN plans what follows; with ANALYZE and its like it runs it, and what it runs counts. */
function explainEffect(tokens: readonly Token[]): Effect {
  const plan = explained(tokens);
  if (!plan) return describeEffect(tokens);
  return plan.runs ? effectOfTokens(plan.tokens) : planEffect(plan);
}

/** By the first word: what a statement does, or what tells it from the rest of its words. What is not here is a write. */
const forms: Readonly<Record<string, Rule>> = {
  SELECT: queryEffect,
  VALUES: queryEffect,
  TABLE: queryEffect,
  SHOW: showEffect,
  EXPLAIN: explainEffect,
  DESCRIBE: explainEffect,
  DESC: explainEffect,
  HELP: 'read',
  USE: only(/^USE \S+$|^USE SECONDARY ROLE (?:ALL|NONE)$/),
  SET: setEffect,
  BEGIN: only(/^BEGIN(?: WORK| TRANSACTION)?$/),
  START: only(/^START TRANSACTION(?:(?: ,)? (?:WITH CONSISTENT SNAPSHOT|READ ONLY|READ WRITE))*$/),
  COMMIT: only(chain),
  ROLLBACK: (tokens) => (chain.test(tokens.map(({ upper }) => upper).join(' ')) ? 'session' : rollbackTo(tokens)),
  SAVEPOINT: only(/^SAVEPOINT \S+$/),
  RELEASE: only(/^RELEASE SAVEPOINT \S+$/),
  DEALLOCATE: only(/^DEALLOCATE PREPARE \S+$/),
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

const rollbackTo = only(/^ROLLBACK(?: WORK)? TO(?: SAVEPOINT)? \S+$/) as (tokens: readonly Token[]) => Effect;

const twoWords = new Set(['CREATE', 'ALTER', 'DROP', 'SHOW', 'START', 'RENAME', 'LOAD']);

/** The first keyword of the main statement behind WITH: the first of these outside every parenthesis. */
function behindWith(tokens: readonly Token[]): string {
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    else if (depth === 0 && mainVerbs.has(token.upper)) return token.upper;
  }
  return '';
}

const mainVerbs = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'VALUES', 'TABLE', 'MERGE']);

function mainVerb(tokens: readonly Token[]): string {
  const first = tokens.find((token) => token.text !== '(');
  if (!first) return '';
  return first.upper === 'WITH' ? behindWith(tokens) || 'SELECT' : first.upper;
}

/** Of any statement but the ones of git for data. */
function effectOfTokens(tokens: readonly Token[]): Effect {
  const verb = mainVerb(tokens);
  const rule = Object.hasOwn(forms, verb) ? forms[verb] : undefined;
  if (rule === undefined || tokens.some(({ closed }) => !closed)) return 'unknown';
  // Only a query may stand in parentheses.
  if (tokens[0]?.text === '(' && rule !== queryEffect) return 'unknown';
  return typeof rule === 'function' ? rule(tokens) : rule;
}

const pitrVerbs = new Set(['CREATE', 'ALTER', 'DROP', 'SHOW']);

/** A statement about a PITR, by where the word stands: a table or a column may be called so too. */
export function isPitr(tokens: readonly Token[]): boolean {
  if (upperWord(tokens, 0) !== 'RESTORE') return pitrVerbs.has(upperWord(tokens, 0)) && upperWord(tokens, 1) === 'PITR';
  return tokens.some((_, i) => upperWord(tokens, i) === 'FROM' && upperWord(tokens, i + 1) === 'PITR');
}

/** BETWEEN SNAPSHOT of the statement itself: in parentheses it is a condition over a column of that name. */
function isBetween(tokens: readonly Token[]): boolean {
  let depth = 0;
  return tokens.some(({ text }, i) => {
    if (text === '(') depth++;
    else if (text === ')') depth--;
    return depth === 0 && upperWord(tokens, i) === 'BETWEEN' && upperWord(tokens, i + 1) === 'SNAPSHOT';
  });
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
      ...(words[2] === 'PICK' && isBetween(text.tokens) && { between: true as const }),
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

/** The tree of a statement that is none of the snapshot statements. */
export function classify(text: StatementText, tables: readonly TableRef[]): Branching | Select | Other {
  const { start, end, tokens } = text;
  const verb = mainVerb(tokens);
  // What a comment adds is seen by the server alone.
  if (tokens.some(isOtherwiseRead)) return { start, end, kind: 'other', verb, tables, effect: 'unknown' };
  const special = branching(text, tables);
  if (special) return special;
  const effect = effectOfTokens(tokens);
  if (verb === 'SELECT') return { start, end, kind: 'select', tables, effect };
  const second = twoWords.has(verb) ? upperWord(tokens, 1) : '';
  return { start, end, kind: 'other', verb: second ? `${verb} ${second}` : verb, tables, effect };
}
