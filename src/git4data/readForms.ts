/** Whether a statement that looks like a read is one, to its last word: queries, SHOW, EXPLAIN and what SET touches. */
import type { Effect } from './ast.ts';
import { readingFunctions, reservedWords } from './keywords.ts';
import { type Token, tokenValue } from './lexer.ts';

/** The upper-case word at a place; of anything else its text. */
export const wordAt = (tokens: readonly Token[], index: number): string => tokens[index]?.upper ?? '';

/** Words behind which a parenthesis opens no call. Reserved words that are functions too are known as those. */
const opensNoCall = new Set([...reservedWords, 'ANY', 'SOME', 'OFFSET', 'ROLLUP', 'ORDINALITY', 'NESTED', 'PATH']);

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]?.text === '(') depth++;
    else if (tokens[i]?.text === ')' && --depth === 0) return i;
  }
  return tokens.length;
}

/** `q (a, b) AS (…)` of WITH, `AS d (a, b)` and `) d (a, b)` of a derived table: names, not calls. */
function namesColumns(tokens: readonly Token[], at: number): boolean {
  const before = wordAt(tokens, at - 1);
  if (before === 'AS' || before === ')') return true;
  if (before !== 'WITH' && before !== 'RECURSIVE' && before !== ',') return false;
  const end = closing(tokens, at + 1);
  return wordAt(tokens, end + 1) === 'AS' && wordAt(tokens, end + 2) === '(';
}

/** A call of something that is not known to only read. */
function callsUnknown(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (tokens[at + 1]?.text !== '(' || (token?.kind !== 'word' && token?.kind !== 'quotedName')) return false;
  const name = tokenValue(token).toUpperCase();
  const isOfDatabase = tokens[at - 1]?.text === '.';
  if (!isOfDatabase && readingFunctions.has(name)) return false;
  if (token.kind === 'word' && opensNoCall.has(name)) return false;
  return !namesColumns(tokens, at);
}

const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'MERGE', 'TRUNCATE', 'CALL']);

/** What stands in a query and is more than reading. */
function isMore(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (callsUnknown(tokens, at)) return true;
  if (token?.kind !== 'word') return false;
  const next = wordAt(tokens, at + 1);
  switch (token.upper) {
    // Row locks outlive the statement; NEXT VALUE FOR moves a sequence.
    case 'FOR':
      return ['UPDATE', 'SHARE', 'NO', 'KEY'].includes(next) || wordAt(tokens, at - 1) === 'VALUE';
    case 'LOCK':
      return next === 'IN';
    case 'PROCEDURE':
      return true;
    default:
      // A statement in parentheses; INSERT( and REPLACE( are functions.
      return tokens[at - 1]?.text === '(' && changing.has(token.upper) && next !== '(';
  }
}

/** SELECT … INTO OUTFILE writes a file, INTO @x a variable; `@x := 1` too. */
function intoEffect(tokens: readonly Token[]): Effect {
  const places = tokens.flatMap(({ kind, upper }, i) => (kind === 'word' && upper === 'INTO' ? [i] : []));
  if (places.some((i) => tokens[i + 1]?.kind !== 'variable')) return 'unknown';
  return places.length > 0 || tokens.some(({ text }) => text === ':=') ? 'session' : 'read';
}

/** SELECT, VALUES, TABLE, with WITH before it or parentheses around it. */
export function queryEffect(tokens: readonly Token[]): Effect {
  return tokens.some((_, i) => isMore(tokens, i)) ? 'unknown' : intoEffect(tokens);
}

const shown = new Set(
  `ACCOUNT ACCOUNTS BACKEND BINARY BINLOG CDC CHARACTER CHARSET COLLATION COLUMN_NUMBER COLUMNS CONFIG CONNECTORS COUNT
  CREATE DATABASES ENGINE ENGINES ERRORS EVENTS EXTENDED FIELDS FULL FUNCTION GLOBAL GRANTS INDEX INDEXES KEYS LOCKS
  LOGSERVICE NODE OPEN PITR PLUGINS PRIVILEGES PROCEDURE PROCESSLIST PROFILES PUBLICATIONS RECOVERY_WINDOW REPLICAS
  ROLES RULES SCHEMAS SEQUENCES SESSION SNAPSHOTS STAGES STATUS STORAGE SUBSCRIPTIONS TABLE TABLE_NUMBER TABLE_SIZE
  TABLE_VALUES TABLES TASKS TRIGGERS VARIABLES WARNINGS`.split(/\s+/),
);

/** SHOW of what is known to be shown. SHOW PROCEDURE STATUS is no clause of a query. */
export const showEffect = (tokens: readonly Token[]): Effect =>
  shown.has(wordAt(tokens, 1)) && intoEffect(tokens) === 'read' && !tokens.some((_, i) => callsUnknown(tokens, i))
    ? 'read'
    : 'unknown';

/** Words of EXPLAIN before the statement. `runs`: with one of them the statement may be run. */
const options = new Set(['VERBOSE', 'EXTENDED', 'PARTITIONS', 'ANALYZE', 'PHYPLAN', 'FORCE', 'FORMAT']);
const running = new Set(['ANALYZE', 'PHYPLAN', 'FORCE']);
const explainable = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', '(', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE']);

/** Where the options of EXPLAIN end: words, `FORMAT = x`, and a list of them in parentheses. */
function behindOptions(tokens: readonly Token[]): number {
  let at = 1;
  if (wordAt(tokens, at) === '(' && options.has(wordAt(tokens, at + 1))) return closing(tokens, at) + 1;
  while (options.has(wordAt(tokens, at))) {
    const isFormat = wordAt(tokens, at) === 'FORMAT' && wordAt(tokens, at + 1) === '=';
    at += isFormat ? 3 : 1;
  }
  return at;
}

export interface Explained {
  /** The statement behind EXPLAIN and its options. */
  readonly tokens: readonly Token[];
  /** It may be run, not only planned. */
  readonly runs: boolean;
}

/** EXPLAIN, DESCRIBE and DESC are one word in MySQL; null where they describe a table. */
export function explained(tokens: readonly Token[]): Explained | null {
  const start = behindOptions(tokens);
  const verb = wordAt(tokens, start);
  if (start === 1 && !explainable.has(verb) && !statementWords.has(verb)) return null;
  return { tokens: tokens.slice(start), runs: tokens.slice(1, start).some(({ upper }) => running.has(upper)) };
}

/** What else may stand behind EXPLAIN, so that it is no table to describe. */
const statementWords = new Set([
  'EXECUTE',
  'FOR',
  'INTO',
  'ALTER',
  'CREATE',
  'DROP',
  'DATA',
  'LOAD',
  'CALL',
  'DO',
  'SET',
]);

/** A plan changes nothing, whatever it is of; but planning computes what is constant, and so calls its functions. */
export function planEffect({ tokens }: Explained): Effect {
  if (!explainable.has(wordAt(tokens, 0))) return 'unknown';
  return tokens.some((_, i) => callsUnknown(tokens, i) && !opensColumns(tokens, i)) ? 'unknown' : 'read';
}

/** `INSERT INTO t (a, b)`: columns of the table that is written to. */
function opensColumns(tokens: readonly Token[], at: number): boolean {
  const start = tokens[at - 1]?.text === '.' ? at - 2 : at;
  return ['INTO', 'INSERT', 'REPLACE', 'IGNORE'].includes(wordAt(tokens, start - 1));
}

/** Only the table and perhaps a column or a pattern behind it. */
export const describeEffect = (tokens: readonly Token[]): Effect =>
  tokens.length > 1 && tokens.slice(1).every(({ kind, text }) => kind !== 'symbol' || '.{}='.includes(text))
    ? 'read'
    : 'unknown';

/** What is no variable of the session, changes how its statements are read, or reaches beyond it. */
const notOfTheSession =
  /^(?:password|sql_mode|character_set_client|collation_connection|sql_log_bin|pseudo_\w+|gtid_\w+)$/i;
const plainCharsets = new Set(['UTF8', 'UTF8MB3', 'UTF8MB4', 'ASCII', 'BINARY', 'DEFAULT', 'LATIN1']);

/** `@@x`, `@@session.x`, `@@local.x`; without either it is a variable of the user's own. */
function variableEffect(tokens: readonly Token[]): Effect {
  const text = tokens[0]?.text ?? '';
  if (!text.startsWith('@@')) return assigned(tokens);
  const name = text.slice(2).replace(/^(?:session|local)\./i, '');
  return name.includes('.') || notOfTheSession.test(name) ? 'unknown' : assigned(tokens);
}

function itemEffect(tokens: readonly Token[]): Effect {
  const scoped = ['SESSION', 'LOCAL'].includes(wordAt(tokens, 0)) ? tokens.slice(1) : tokens;
  const [first, second] = scoped;
  if (first?.kind === 'variable') return variableEffect(scoped);
  if (first?.kind !== 'word' || second === undefined) return 'unknown';
  switch (first.upper) {
    case 'NAMES':
    case 'CHARSET':
      return charsetEffect(second);
    case 'CHARACTER':
      return second.upper === 'SET' ? charsetEffect(scoped[2]) : 'unknown';
    case 'TRANSACTION':
    case 'ROLE':
      return 'session';
    default:
      return notOfTheSession.test(first.text) ? 'unknown' : assigned(scoped);
  }
}

const charsetEffect = (token: Token | undefined): Effect =>
  token && plainCharsets.has((token.kind === 'string' ? tokenValue(token) : token.text).toUpperCase())
    ? 'session'
    : 'unknown';

/** `name = expression`, whose queries only read. */
const assigned = (tokens: readonly Token[]): Effect =>
  ['=', ':='].includes(wordAt(tokens, 1)) && queryEffect(tokens.slice(2)) !== 'unknown' ? 'session' : 'unknown';

/** SET of the session alone: each of its items, as one may be GLOBAL. */
export function setEffect(tokens: readonly Token[]): Effect {
  let item: Token[] = [];
  let depth = 0;
  const items = [item];
  for (const token of tokens.slice(1)) {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    if (token.text === ',' && depth === 0) items.push((item = []));
    else item.push(token);
  }
  // The rest of SET TRANSACTION is a list of its own.
  const [first = []] = items;
  const isTransaction = /^(?:(?:SESSION|LOCAL) )?TRANSACTION/.test(first.map(({ upper }) => upper).join(' '));
  return isTransaction || items.every((one) => itemEffect(one) === 'session') ? 'session' : 'unknown';
}
