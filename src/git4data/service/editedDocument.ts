/** A document after an edit: read again only where it changed, and moved along behind it. */
import { type Problem, snapshotNameOf, type Statement } from '../ast.ts';
import { type Token, tokenize } from '../lexer.ts';
import { parseTokens } from '../parser.ts';
import { type StatementText, splitTokens } from '../split.ts';
import type { DocumentStatement, SqlDocument } from './document.ts';
import { keptProblems } from './problem.ts';

const delimiterLine = /^[ \t]*DELIMITER[ \t]/im;

/** What a statement does to the meaning of those behind it; '' where it does nothing. */
function effectBehind(statement: Statement): string {
  const { kind } = statement;
  if (kind === 'createSnapshot' || kind === 'dropSnapshot') return `${kind} ${snapshotNameOf(statement.name)}`;
  if (kind !== 'clone' && kind !== 'other') return '';
  // The database that USE chooses stands in its text alone.
  if (kind === 'other' && statement.verb === 'USE') return 'USE';
  if (kind === 'other' && !/^(?:CREATE|ALTER|RENAME|DROP)\b/.test(statement.verb)) return '';
  const tables = statement.tables.map(({ use, table }) => `${use} ${table.text.toLowerCase()}`);
  return [kind, kind === 'other' ? statement.verb : '', ...tables].join('\n');
}

/** True where what is behind them means the same with the one as with the other. */
function isFeltAlike(one: Statement, other: Statement): boolean {
  const effect = effectBehind(one);
  return effect === effectBehind(other) && effect !== 'USE';
}

/** The part of the old text that became another, and by how much what is behind it moved. */
interface Edit {
  readonly start: number;
  readonly oldEnd: number;
  readonly moved: number;
}

function editOf(before: string, after: string): Edit {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let same = 0;
  while (
    same < most - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  return { start, oldEnd: before.length - same, moved: after.length - before.length };
}

/** The first place from which on `isBehind` holds, of a list in which it holds to the end. */
function firstWhere<T>(list: readonly T[], isBehind: (one: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBehind(list[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What is read again: statements [from, to), tokens [firstToken, lastToken), and characters of the old text. */
interface Region {
  readonly from: number;
  readonly to: number;
  readonly firstToken: number;
  readonly lastToken: number;
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
}

const isSemicolon = (token: Token | undefined): boolean => token?.kind === 'symbol' && token.text === ';';

/** Where a region begins: the statement, and the token behind the last semicolon before the edit. */
function startAt({ tokens, statements }: SqlDocument, { start }: Edit): { from: number; firstToken: number } {
  for (let from = firstWhere(statements, ({ statement }) => statement.end >= start); from > 0; from--) {
    const before = statements[from - 1]?.statement.end ?? 0;
    let at = firstWhere(tokens, (token) => token.start >= before);
    while (at < tokens.length && !isSemicolon(tokens[at])) at++;
    if ((tokens[at]?.end ?? Number.POSITIVE_INFINITY) <= start) return { from, firstToken: at + 1 };
  }
  return { from: 0, firstToken: 0 };
}

/** From behind a semicolon before the edit to a semicolon behind it. */
function regionOf(document: SqlDocument, edit: Edit): Region {
  const { tokens, statements, text } = document;
  const { from, firstToken } = startAt(document, edit);
  const start = startOf(tokens, firstToken);
  for (let to = firstWhere(statements, (one) => one.statement.start > edit.oldEnd); to < statements.length; to++) {
    const next = statements[to]?.statement.start ?? 0;
    let at = firstWhere(tokens, (token) => token.start >= next) - 1;
    while (at >= 0 && !isSemicolon(tokens[at])) at--;
    const { start: place, end } = tokens[at] ?? { start: -1, end: 0 };
    if (place >= edit.oldEnd) return { from, to, firstToken, lastToken: at + 1, start, end, isLast: false };
  }
  const rest = { lastToken: tokens.length, end: text.length, isLast: true };
  return { from, to: statements.length, firstToken, start, ...rest };
}

const startOf = (tokens: readonly Token[], first: number): number => tokens[first - 1]?.end ?? 0;

interface Placed {
  start: number;
  end: number;
}

/** Every place within something that was read, each once. Tokens are moved by themselves. */
function placesWithin(value: unknown, seen: Set<object>, found: Placed[] = []): Placed[] {
  if (typeof value !== 'object' || value === null || seen.has(value) || 'upper' in value) return found;
  seen.add(value);
  if (Array.isArray(value)) {
    for (const one of value) placesWithin(one, seen, found);
    return found;
  }
  if ('start' in value && typeof value.start === 'number') found.push(value as Placed);
  for (const part of Object.values(value)) if (typeof part === 'object') placesWithin(part, seen, found);
  return found;
}

/** The places of a statement, and of the problems that were found in it: they stay as long as it is the same. */
interface Places {
  readonly problems: readonly Problem[] | undefined;
  readonly all: readonly Placed[];
}

const keptPlaces = new WeakMap<DocumentStatement, Places>();

function placesOf(read: DocumentStatement): readonly Placed[] {
  const problems = keptProblems.get(read)?.problems;
  const kept = keptPlaces.get(read);
  if (kept && kept.problems === problems) return kept.all;
  const all = placesWithin([read.statement, read.problems, problems], new Set());
  keptPlaces.set(read, { problems, all });
  return all;
}

function moveSpan(span: Placed, by: number): void {
  span.start += by;
  span.end += by;
}

function move(read: DocumentStatement, by: number): void {
  for (const place of placesOf(read)) moveSpan(place, by);
}

/** The statements of the new text of a region; null where they could reach beyond it, or are more or fewer. */
function piecesOf(tokens: readonly Token[], text: string, region: Region, end: number): StatementText[] | null {
  if (!region.isLast) {
    const last = tokens.at(-1);
    if (!isSemicolon(last) || last?.end !== end || tokens.some(({ closed }) => !closed)) return null;
  }
  const pieces = splitTokens(tokens, text.slice(region.start, end));
  const isWhole = region.isLast || pieces.every(({ terminated }) => terminated);
  return isWhole && pieces.length === region.to - region.from ? pieces : null;
}

/**
 * The document of the new text, with what is as it was taken from the one before, **which is used up by it**: its statements are moved, not
 * copied. Null where the whole text has to be read: statements came or went, or others mean something else by the edit.
 */
export function editedDocument(before: SqlDocument, text: string): SqlDocument | null {
  if (before.statements.length === 0 || delimiterLine.test(text) || delimiterLine.test(before.text)) return null;
  const edit = editOf(before.text, text);
  const region = regionOf(before, edit);
  const end = region.end + edit.moved;
  const tokens = tokenize(text.slice(region.start, end));
  for (const token of tokens) moveSpan(token as Placed, region.start);
  const pieces = piecesOf(tokens, text, region, end);
  const old = before.statements.slice(region.from, region.to);
  if (!pieces) return null;
  const parsed = pieces.map((piece) => parseTokens(piece));
  if (!parsed.every((one, i) => isFeltAlike(one.statement, (old[i] as DocumentStatement).statement))) return null;
  const statements = parsed.map((one, i) => {
    const { used, made, newTables, altered } = old[i] as DocumentStatement;
    return { ...one, used, made, newTables, altered };
  });
  const [behind, rest] = [before.tokens.slice(region.lastToken), before.statements.slice(region.to)];
  if (edit.moved !== 0) {
    for (const token of behind) moveSpan(token as Placed, edit.moved);
    for (const read of rest) move(read, edit.moved);
  }
  return {
    text,
    tokens: before.tokens.slice(0, region.firstToken).concat(tokens, behind),
    statements: before.statements.slice(0, region.from).concat(statements, rest),
  };
}
