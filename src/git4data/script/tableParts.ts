/** What a CREATE TABLE of another server's script says that the embedded engine has no place for, taken out of it and told. */
import { say } from '../../base/say.ts';
import { type Token, tokenize, tokenValue } from '../lexer.ts';

/** The statement that is run, and what was taken out of it: one sentence each. */
export interface WithoutParts {
  readonly sql: string;
  readonly notes: readonly string[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** From and to the tokens of one item between the commas. */
interface Item {
  readonly from: number;
  readonly to: number;
}

/** The tokens of a CREATE TABLE with a list of columns; null for anything else. */
interface Definition {
  readonly tokens: readonly Token[];
  readonly table: string;
  readonly items: readonly Item[];
  /** Of the tokens: the closing parenthesis of the list. */
  readonly close: number;
}

const nameKinds: readonly Token['kind'][] = ['word', 'quotedName'];

/** Where the parentheses that open at `open` close. */
function closingAt(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]?.text === '(') depth++;
    if (tokens[i]?.text === ')' && --depth === 0) return i;
  }
  return -1;
}

function itemsIn(tokens: readonly Token[], open: number, close: number): Item[] {
  const items: Item[] = [];
  let from = open + 1;
  for (let i = from; i <= close; i++) {
    if (tokens[i]?.text === '(') i = closingAt(tokens, i);
    else if (tokens[i]?.text === ',' || i === close) {
      items.push({ from, to: i });
      from = i + 1;
    }
  }
  return items;
}

function definitionOf(sql: string): Definition | null {
  if (!/^\s*CREATE\s+(?:TEMPORARY\s+)?TABLE\b/i.test(sql)) return null;
  const tokens = tokenize(sql).filter(({ kind }) => kind !== 'comment');
  const open = tokens.findIndex(({ text }) => text === '(');
  const close = open < 0 ? -1 : closingAt(tokens, open);
  const name = tokens[open - 1];
  if (close < 0 || !name || !nameKinds.includes(name.kind)) return null;
  return { tokens, table: tokenValue(name), items: itemsIn(tokens, open, close), close };
}

const wordAt = (tokens: readonly Token[], at: number): string =>
  tokens[at]?.kind === 'word' ? (tokens[at]?.upper ?? '') : '';

const spanOf = ({ tokens }: Definition, from: number, to: number): Span => ({
  start: tokens[from]?.start ?? 0,
  end: tokens[to - 1]?.end ?? 0,
});

/** Items that are indexes of a kind which only makes a search quicker. */
function* searchIndexes({ tokens, items, table }: Definition): Generator<{ item: Item; note: string }> {
  for (const item of items) {
    const kind = wordAt(tokens, item.from);
    if ((kind !== 'FULLTEXT' && kind !== 'SPATIAL') || tokens[item.from + 1]?.kind !== 'word') continue;
    yield { item, note: say('{0} has no {1} index here: LIKE finds the same rows, only slower.', table, kind) };
  }
}

/** Items that are foreign keys. */
function* foreignKeys({ tokens, items }: Definition): Generator<Item> {
  for (const item of items) {
    const isNamed = wordAt(tokens, item.from) === 'CONSTRAINT';
    const at = !isNamed ? item.from : wordAt(tokens, item.from + 1) === 'FOREIGN' ? item.from + 1 : item.from + 2;
    if (wordAt(tokens, at) === 'FOREIGN' && wordAt(tokens, at + 1) === 'KEY') yield item;
  }
}

/** `ON UPDATE CURRENT_TIMESTAMP(3)` of a column: from its ON to what is behind it. */
function updateClock(tokens: readonly Token[], { from, to }: Item): Item | null {
  for (let i = from; i < to; i++) {
    if (wordAt(tokens, i) !== 'ON' || wordAt(tokens, i + 1) !== 'UPDATE') continue;
    return { from: i, to: tokens[i + 3]?.text === '(' ? closingAt(tokens, i + 3) + 1 : i + 3 };
  }
  return null;
}

/** Words of a reference that stand behind the table and its columns. */
const behindReference = new Set(['MATCH', 'ON']);

/** `REFERENCES t (a) ON DELETE CASCADE` of a column. */
function reference(tokens: readonly Token[], { from, to }: Item): Item | null {
  const at = tokens.findIndex((_, i) => i > from && i < to && wordAt(tokens, i) === 'REFERENCES');
  if (at < 0) return null;
  const open = tokens.findIndex(({ text }, i) => i > at && i < to && text === '(');
  let end = open < 0 ? at + 2 : closingAt(tokens, open) + 1;
  while (end < to && behindReference.has(wordAt(tokens, end))) {
    if (wordAt(tokens, end) === 'MATCH') end += 2;
    else end += /^(?:SET|NO)$/.test(wordAt(tokens, end + 2)) ? 4 : 3;
  }
  return { from: at, to: Math.min(end, to) };
}

/** What is left of a text without those parts of it, which may lie within one another. */
function cut(sql: string, parts: readonly Span[]): string {
  let left = '';
  let from = 0;
  for (const { start, end } of [...parts].sort((a, b) => a.start - b.start)) {
    left += sql.slice(from, Math.max(start, from));
    from = Math.max(end, from);
  }
  return left + sql.slice(from);
}

/** An item with the comma behind it, or, of the last ones, with the comma before them. */
function itemSpan(definition: Definition, item: Item, gone: ReadonlySet<Item>): Span {
  const { tokens, items } = definition;
  const place = items.indexOf(item);
  const isLast = items.slice(place + 1).every((one) => gone.has(one));
  if (!isLast) return spanOf(definition, item.from, item.to + 1);
  const before = tokens[item.from - 1];
  return { start: before?.text === ',' ? before.start : (before?.end ?? 0), end: tokens[item.to - 1]?.end ?? 0 };
}

/** A collation that takes letters of both cases for one, as the text names it. */
function caseless({ tokens }: Definition): string | null {
  const at = tokens.findIndex(({ text }, i) => /_ci$/i.test(text) && wordAt(tokens, i) !== '' && i > 0);
  const before = wordAt(tokens, at - 1) || wordAt(tokens, at - 2);
  return at >= 0 && before === 'COLLATE' ? (tokens[at]?.text ?? null) : null;
}

/**
 * A statement of a script as the embedded engine takes it. Indexes for searching are left out in any case. `isAllowed`: foreign keys, ON
 * UPDATE and partitions are left out too, which a person said; else they stay, and the engine refuses the table by name.
 */
export function withoutTableParts(sql: string, isAllowed: boolean): WithoutParts {
  const definition = definitionOf(sql);
  if (!definition) return { sql, notes: [] };
  const { tokens, table, items, close } = definition;
  const notes: string[] = [];
  const gone = new Set<Item>();
  const parts: Span[] = [];
  for (const { item, note } of searchIndexes(definition)) {
    gone.add(item);
    notes.push(note);
  }
  if (isAllowed) {
    const keys = [...foreignKeys(definition)];
    for (const item of keys) gone.add(item);
    const left = items.filter((item) => !gone.has(item));
    const references = left.flatMap((item) => reference(tokens, item) ?? []);
    const clocks = left.flatMap((item) => updateClock(tokens, item) ?? []);
    for (const { from, to } of [...references, ...clocks]) parts.push(spanOf(definition, from, to));
    if (keys.length + references.length > 0)
      notes.push(say('{0} was made without its foreign keys: rows that they would refuse are taken.', table));
    const isClock = clocks.some((clock) => !references.some(({ from, to }) => from <= clock.from && clock.to <= to));
    if (isClock) notes.push(say('{0} was made without ON UPDATE: set the column in the UPDATE itself.', table));
    const partition = tokens.findIndex((_, i) => i > close && wordAt(tokens, i) === 'PARTITION');
    if (partition >= 0) {
      parts.push(spanOf(definition, partition, tokens.length));
      notes.push(say('{0} was made without its partitions.', table));
    }
  }
  for (const item of gone) parts.push(itemSpan(definition, item, gone));
  const collation = caseless(definition);
  if (collation !== null)
    notes.push(
      say('Text is compared letter by letter here, not as {0} does: keys that differ in case are two.', collation),
    );
  return { sql: parts.length === 0 ? sql : cut(sql, parts), notes };
}

/** True where a script makes a table with something that is left out only where a person says so. */
export const hasTableParts = (script: string): boolean =>
  /\bCREATE\s+TABLE\b/i.test(script) && /\b(?:FOREIGN\s+KEY|ON\s+UPDATE|PARTITION\s+BY)\b/i.test(script);
