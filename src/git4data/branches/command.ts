/** DATA BRANCH CREATE, DELETE, MERGE and PICK, read to their last word. */
import { say } from '../../base/say.ts';
import type { Name, Problem, TableRef } from '../ast.ts';
import { Cursor } from '../cursor.ts';
import { type Token, tokenValue } from '../lexer.ts';

/** What becomes of a row that both sides changed: nothing is merged, ours stays, or the source's is taken. */
export type ConflictRule = 'fail' | 'skip' | 'accept';

/** The keys of a PICK, as places of tokens: each item (a value, or a list in parentheses), or the query that gives them. */
export type PickedKeys =
  | { readonly kind: 'list'; readonly items: readonly (readonly [from: number, to: number])[] }
  | { readonly kind: 'query'; readonly from: number; readonly to: number };

/** A branch statement taken apart. `account`: TO ACCOUNT, which copies into another account. */
export type BranchCommand =
  | {
      readonly verb: 'create';
      readonly level: 'table';
      readonly branch: TableRef;
      readonly source: TableRef;
      readonly account: Name | null;
    }
  | {
      readonly verb: 'create';
      readonly level: 'database';
      readonly branch: Name;
      readonly source: Name;
      /** The snapshot, or the time, that it begins at. */
      readonly hint: TableRef['hint'];
      readonly account: Name | null;
    }
  | { readonly verb: 'delete'; readonly level: 'table'; readonly branch: TableRef }
  | { readonly verb: 'delete'; readonly level: 'database'; readonly branch: Name }
  | {
      readonly verb: 'merge';
      readonly source: TableRef;
      readonly target: TableRef;
      readonly conflict: ConflictRule;
    }
  | {
      readonly verb: 'pick';
      readonly source: TableRef;
      readonly target: TableRef;
      readonly conflict: ConflictRule;
      readonly between: { readonly from: Name; readonly to: Name } | null;
      readonly keys: PickedKeys | null;
    };

export type ReadCommand = { readonly command: BranchCommand } | { readonly problem: Problem };

const account = (cursor: Cursor): Name | null => (cursor.eat('TO', 'ACCOUNT') ? cursor.name(say('an account')) : null);

function create(cursor: Cursor): BranchCommand | null {
  if (cursor.eat('DATABASE')) {
    const branch = cursor.name(say('a database'));
    if (!branch || !cursor.need('FROM')) return null;
    const source = cursor.name(say('a database'));
    if (!source) return null;
    const hint = cursor.sees('{') ? cursor.hint() : null;
    return { verb: 'create', level: 'database', branch, source, hint, account: account(cursor) };
  }
  if (!cursor.need('TABLE')) return null;
  const branch = cursor.table('define', false);
  if (!branch || !cursor.need('FROM')) return null;
  const source = cursor.table('read', false);
  return source && { verb: 'create', level: 'table', branch, source, account: account(cursor) };
}

function remove(cursor: Cursor): BranchCommand | null {
  if (cursor.eat('DATABASE')) {
    const branch = cursor.name(say('a database'));
    return branch && { verb: 'delete', level: 'database', branch };
  }
  if (!cursor.need('TABLE')) return null;
  const branch = cursor.table('define', false);
  return branch && { verb: 'delete', level: 'table', branch };
}

const rules: Readonly<Record<string, ConflictRule>> = { FAIL: 'fail', SKIP: 'skip', ACCEPT: 'accept' };

/** Null, with a problem, where WHEN CONFLICT says nothing that is known. */
function conflictRule(cursor: Cursor): ConflictRule | null {
  if (!cursor.eat('WHEN')) return 'fail';
  if (!cursor.need('CONFLICT')) return null;
  for (const [word, rule] of Object.entries(rules)) if (cursor.eat(word)) return rule;
  cursor.expected('FAIL, SKIP or ACCEPT');
  return null;
}

interface Sides {
  readonly source: TableRef;
  readonly target: TableRef;
}

function sides(cursor: Cursor): Sides | null {
  const source = cursor.table('read', false);
  if (!source || !cursor.need('INTO')) return null;
  const target = cursor.table('write', false);
  return target && { source, target };
}

function merge(cursor: Cursor): BranchCommand | null {
  const found = sides(cursor);
  const conflict = found && conflictRule(cursor);
  return found && conflict && { verb: 'merge', ...found, conflict };
}

/** A snapshot by its name, bare or as a text. */
function snapshot(cursor: Cursor): Name | null {
  const token = cursor.peek();
  if (token?.kind !== 'string') return cursor.name(say("a snapshot's name"));
  cursor.take();
  return { text: tokenValue(token), form: 'string', start: token.start, end: token.end };
}

/** From the parenthesis that is open to the one that closes it; the cursor stands behind that one. */
function insideParentheses(cursor: Cursor): { readonly from: number; readonly to: number } | null {
  const from = cursor.position;
  for (let depth = 1; !cursor.atEnd; ) {
    const token = cursor.take();
    if (token?.kind !== 'symbol') continue;
    if (token.text === '(') depth++;
    else if (token.text === ')' && --depth === 0) return { from, to: cursor.position - 1 };
  }
  cursor.expected(')');
  return null;
}

function items(tokens: readonly Token[], from: number, to: number): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let depth = 0;
  let start = from;
  for (let i = from; i < to; i++) {
    const { kind, text } = tokens[i] as Token;
    if (kind !== 'symbol') continue;
    if (text === '(') depth++;
    else if (text === ')') depth--;
    else if (depth === 0 && text === ',') {
      found.push([start, i]);
      start = i + 1;
    }
  }
  return [...found, [start, to]];
}

function pickedKeys(cursor: Cursor, tokens: readonly Token[]): PickedKeys | null {
  if (!cursor.need('(')) return null;
  const isQuery = cursor.sees('SELECT') || cursor.sees('WITH');
  const inside = insideParentheses(cursor);
  if (!inside) return null;
  if (isQuery) return { kind: 'query', ...inside };
  const list = items(tokens, inside.from, inside.to);
  if (list.every(([from, to]) => from < to)) return { kind: 'list', items: list };
  cursor.expected(say('a key between the commas, as in KEYS (1, 2)'));
  return null;
}

function pick(cursor: Cursor, tokens: readonly Token[]): BranchCommand | null {
  const found = sides(cursor);
  if (!found) return null;
  let between: { readonly from: Name; readonly to: Name } | null = null;
  if (cursor.eat('BETWEEN')) {
    if (!cursor.need('SNAPSHOT')) return null;
    const from = snapshot(cursor);
    if (!from || !cursor.need('AND')) return null;
    const to = snapshot(cursor);
    if (!to) return null;
    between = { from, to };
  }
  const hasKeys = cursor.eat('KEYS');
  if (!hasKeys && between === null) {
    cursor.expected('KEYS (…) or BETWEEN SNAPSHOT a AND b');
    return null;
  }
  const keys = hasKeys ? pickedKeys(cursor, tokens) : null;
  if (hasKeys && !keys) return null;
  const conflict = conflictRule(cursor);
  return conflict && { verb: 'pick', ...found, conflict, between, keys };
}

const readers: Readonly<Record<string, (cursor: Cursor, tokens: readonly Token[]) => BranchCommand | null>> = {
  CREATE: create,
  DELETE: remove,
  MERGE: merge,
  PICK: pick,
};

/** Reads the tokens of one statement that begins with DATA BRANCH. It never throws: what cannot be read is a problem. */
export function readBranchCommand(tokens: readonly Token[]): ReadCommand {
  const cursor = new Cursor(tokens);
  cursor.eat('DATA', 'BRANCH');
  const word = Object.keys(readers).find((verb) => cursor.eat(verb));
  const read = word === undefined ? undefined : readers[word];
  if (!read) cursor.expected('CREATE, DELETE, DIFF, MERGE or PICK');
  const command = read?.(cursor, tokens) ?? null;
  if (command && !cursor.atEnd) cursor.expected(say('the end of the statement (a ; is missing?)'));
  const [problem] = cursor.problems;
  if (command && !problem) return { command };
  return { problem: problem ?? unread(tokens) };
}

const unread = (tokens: readonly Token[]): Problem => ({
  start: tokens[0]?.start ?? 0,
  end: tokens.at(-1)?.end ?? 0,
  code: 'syntax.expected',
  severity: 'error',
  message: say('This branch statement cannot be read.'),
  fixes: [],
});
