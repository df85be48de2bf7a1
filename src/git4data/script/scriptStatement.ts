/** What a script of another server says only to set up a session, and what of it would change what its texts mean. */
import { later, say } from '../../base/say.ts';
import { type Token, tokenValue } from '../lexer.ts';

/** What is done with a statement of a script: it is run, left out, or refused for the reason. */
export type ScriptStatement =
  | { readonly action: 'run' }
  | { readonly action: 'skip' }
  | { readonly action: 'refuse'; readonly what: string; readonly hint: string };

const run: ScriptStatement = { action: 'run' };
const skip: ScriptStatement = { action: 'skip' };
const refuse = (what: string, hint: string): ScriptStatement => ({ action: 'refuse', what, hint });

/** Statements by how they begin that lock, look after or set up, and change no row. */
const idle: readonly RegExp[] = [
  /^LOCK (?:TABLES?|INSTANCE) /,
  /^UNLOCK (?:TABLES?|INSTANCE)\b/,
  /^ALTER TABLE (?:\S+ \. )?\S+ (?:DISABLE|ENABLE) KEYS$/,
  /^(?:ANALYZE|OPTIMIZE|CHECK) (?:LOCAL |NO_WRITE_TO_BINLOG )?TABLES? /,
  /^FLUSH /,
];

/** Those around the inserts of a dump, where nothing is taken back. */
const transactions = /^(?:START TRANSACTION\b.*|BEGIN(?: WORK)?|COMMIT(?: WORK)?)$/;

const utf8 = /^(?:utf8|utf8mb3|utf8mb4|ascii|binary|default)$/i;
const utc = /^(?:[+-]00:00|UTC|SYSTEM|DEFAULT)$/i;
const otherMeaning = /NO_BACKSLASH_ESCAPES|ANSI_QUOTES|PIPES_AS_CONCAT|\bANSI\b/i;

/** Variables whose value decides what the texts behind it mean, each with what is wrong with other values. */
const checked: readonly {
  readonly name: RegExp;
  readonly isFine: (value: string) => boolean;
  readonly hint: string;
}[] = [
  {
    name: /^TIME_ZONE$/,
    isFine: (value) => utc.test(value),
    hint: later('Write the times in UTC: dump with --tz-utc.'),
  },
  {
    name: /^SQL_MODE$/,
    isFine: (value) => !otherMeaning.test(value),
    hint: later('Dump without this mode: it changes what quotes and backslashes mean.'),
  },
  {
    name: /^(?:CHARACTER_SET_CLIENT|NAMES|CHARSET)$/,
    isFine: (value) => utf8.test(value),
    hint: later('Files are read as UTF-8: dump with --default-character-set=utf8mb4.'),
  },
];

/** `@@SESSION.sql_mode`, `@@sql_mode` and `sql_mode` are one. */
const variableName = (text: string): string =>
  text
    .replace(/^@@/, '')
    .replace(/^(?:SESSION|GLOBAL|LOCAL|PERSIST)\./i, '')
    .toUpperCase();

interface Item {
  readonly name: string;
  /** A variable of the user's own. */
  readonly isOwn: boolean;
  /** The literal or word that it is set to; null for anything longer, or another variable. */
  readonly value: string | null;
}

function itemOf(tokens: readonly Token[]): Item | null {
  const plain = tokens.filter(
    ({ kind, upper }) => kind !== 'word' || !['SESSION', 'GLOBAL', 'LOCAL', 'PERSIST'].includes(upper),
  );
  const [first, ...rest] = plain;
  if (!first) return null;
  const isOwn = first.kind === 'variable' && !first.text.startsWith('@@');
  const values = rest.filter(({ text }) => text !== '=' && text !== ':=');
  const [value] = values;
  const isLiteral = value !== undefined && values.length === 1 && value.kind !== 'variable';
  return { name: variableName(first.text), isOwn, value: isLiteral ? tokenValue(value) : null };
}

/** The items of a SET, cut at the commas outside every parenthesis. */
function itemsOf(tokens: readonly Token[]): Token[][] {
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    if (token.text === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}

/** `SET @OLD_SQL_MODE = @@SQL_MODE` keeps what it was, and `SET SQL_MODE = @OLD_SQL_MODE` brings it back. */
const isKept = (name: string): boolean => /^@(?:OLD_|SAVED_|MYSQLDUMP_)/i.test(name);

function setStatement(tokens: readonly Token[]): ScriptStatement {
  for (const found of itemsOf(tokens.slice(1))) {
    const item = itemOf(found);
    if (!item || item.name === 'PASSWORD' || item.name === 'ROLE') return run;
    if (item.isOwn) {
      if (isKept(item.name)) continue;
      return run;
    }
    const rule = checked.find(({ name }) => name.test(item.name));
    if (rule && item.value !== null && !rule.isFine(item.value))
      return refuse(`SET ${item.name} = ${item.value}`, say(rule.hint));
  }
  return skip;
}

/** More tokens than any of those statements has that are left out. */
const longest = 200;

/**
 * What becomes of a statement of a script on an engine without sessions. `takesBack`: the script has a ROLLBACK, so that a transaction
 * cannot be left out.
 */
export function scriptStatement(tokens: readonly Token[], takesBack: boolean): ScriptStatement {
  if (tokens[0]?.upper === 'SET') return setStatement(tokens);
  if (tokens.length > longest) return run;
  const text = tokens.map(({ kind, upper, text: written }) => (kind === 'word' ? upper : written)).join(' ');
  if (transactions.test(text)) return takesBack ? run : skip;
  return idle.some((form) => form.test(text)) ? skip : run;
}

/** True where a script takes changes back; of a text that only looks like it, too. */
export const takesBack = (script: string): boolean => /(?:^|;)\s*(?:ROLLBACK|SAVEPOINT)\b/im.test(script);
