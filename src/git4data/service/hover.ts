/** What a word under the cursor means: a snapshot, a table, or the statement itself. Markdown. */
import { dialectOf } from '../dialects.ts';
import { inlineCode, literal } from '../../base/shown.ts';
import { say } from '../../base/say.ts';
import type { Span } from '../ast.ts';
import { snapshotNameOf } from '../ast.ts';
import { type Catalog, type CatalogSnapshot, findSnapshot, findTable } from '../catalog.ts';
import { tokenize, tokenValue } from '../lexer.ts';
import { statements } from '../statements.ts';
import { type Engine, tablesKnown } from './checks/checkEmbedded.ts';
import {
  type DocumentStatement,
  resolveTable,
  type SqlDocument,
  snapshotsRead,
  statementAtOffset,
} from './document.ts';
import { tablesOf } from '../ast.ts';
import { modelsText, scopeText } from '../../words/names.ts';
import { rowsText } from '../../words/numbers.ts';
import { ageText } from '../../words/times.ts';

export interface HoverText extends Span {
  readonly markdown: string;
}

const holds = (span: Span, offset: number): boolean => span.start <= offset && offset <= span.end;

function snapshotText(snapshot: CatalogSnapshot, now: number): string {
  const parts = [
    say('**{0}**: snapshot of {1}', literal(snapshot.name), literal(scopeText(snapshot))),
    `${ageText(snapshot.createdAt, now)} (${new Date(snapshot.createdAt).toISOString().replace('T', ' ').slice(0, 19)} UTC)`,
    ...(snapshot.rows === null ? [] : [rowsText(snapshot.rows)]),
    ...(snapshot.models.length === 0 ? [] : [say('Needed by {0}.', literal(modelsText(snapshot.models)))]),
  ];
  return parts.join('  \n');
}

function snapshotHover(read: DocumentStatement, offset: number, catalog: Catalog, now: number): HoverText | null {
  const { statement } = read;
  const named = snapshotsRead(statement).map(({ name, lookedUp }) => ({ name, lookedUp }));
  if (statement.kind === 'createSnapshot')
    named.push({ name: statement.name, lookedUp: snapshotNameOf(statement.name) });
  const found = named.find(({ name }) => holds(name, offset));
  const snapshot = found && findSnapshot(catalog, found.lookedUp);
  return snapshot ? { start: found.name.start, end: found.name.end, markdown: snapshotText(snapshot, now) } : null;
}

function tableHover(read: DocumentStatement, offset: number, catalog: Catalog): HoverText | null {
  const { statement } = read;
  const refs = [
    ...tablesOf(statement),
    ...(statement.kind === 'createSnapshot' && statement.scope.level === 'table' ? [statement.scope] : []),
  ];
  const ref = refs.find(({ table }) => holds(table, offset));
  if (!ref) return null;
  const { database } = resolveTable(read, catalog, ref);
  const table = database === null ? undefined : findTable(catalog, database, ref.table.text);
  if (!table) return null;
  const columns = table.columns.map(
    (column) => `- ${inlineCode(column.name)} ${literal(column.type)}${column.isKey ? ` (${say('key')})` : ''}`,
  );
  const markdown = [`**${literal(table.database)}.${literal(table.table)}**`, '', ...columns].join('\n');
  return { start: ref.table.start, end: ref.table.end, markdown };
}

/** A column of the statement's tables under the cursor, with its type in each that has it. */
function columnHover(
  { text }: SqlDocument,
  read: DocumentStatement,
  offset: number,
  catalog: Catalog,
): HoverText | null {
  const { statement } = read;
  const token = tokenize(text.slice(statement.start, statement.end)).find(
    ({ kind, start, end }) =>
      (kind === 'word' || kind === 'quotedName') &&
      holds({ start: statement.start + start, end: statement.start + end }, offset),
  );
  if (!token) return null;
  const name = tokenValue(token).toLowerCase();
  const lines = tablesOf(statement).flatMap((ref) => {
    const { database, table } = resolveTable(read, catalog, ref);
    const found = database === null ? undefined : findTable(catalog, database, table);
    const column = found?.columns.find((one) => one.name.toLowerCase() === name);
    if (!found || !column) return [];
    const key = column.isKey ? ` (${say('key')})` : '';
    return [`${literal(found.table)}.${inlineCode(column.name)} **${literal(column.type)}**${key}`];
  });
  if (lines.length === 0) return null;
  return {
    start: statement.start + token.start,
    end: statement.start + token.end,
    markdown: [...new Set(lines)].join('  \n'),
  };
}

/** What a query answers: over the word that it begins with. */
function answerHover(
  { text }: SqlDocument,
  read: DocumentStatement,
  offset: number,
  catalog: Catalog,
  engine: Engine | null,
): HoverText | null {
  const { start, end } = read.statement;
  const word = /^\w+/.exec(text.slice(start, end))?.[0] ?? '';
  const span = { start, end: start + word.length };
  if (!engine || !dialectOf(catalog.connection)?.isTyped || !/^(?:SELECT|WITH)$/i.test(word) || !holds(span, offset))
    return null;
  const columns = engine.answerColumns(text.slice(start, end), tablesKnown(read, catalog));
  if (!columns || columns.length === 0) return null;
  const lines = columns.slice(0, mostColumns).map(({ name, type }) => `- ${inlineCode(name)} ${literal(type)}`);
  const rest = columns.length > mostColumns ? [`- … ${columns.length - mostColumns}`] : [];
  return { ...span, markdown: [say('**The answer**'), '', ...lines, ...rest].join('\n') };
}

/** As many as a person reads. */
const mostColumns = 40;

/** The keywords that name a statement, from its start up to the first word that is none of them. */
function verbSpan(text: string, { statement }: DocumentStatement): Span {
  const keywords = new Set([
    'CREATE',
    'DROP',
    'SHOW',
    'SNAPSHOT',
    'SNAPSHOTS',
    'DATA',
    'BRANCH',
    'DIFF',
    'RESTORE',
    'MERGE',
    'PICK',
    'DELETE',
    'PITR',
    'TABLE',
    'DATABASE',
    'ALTER',
  ]);
  let end = statement.start;
  for (const token of tokenize(text.slice(statement.start, statement.end))) {
    if (token.kind !== 'word' || !keywords.has(token.upper)) break;
    end = statement.start + token.end;
  }
  return { start: statement.start, end };
}

function statementHover(text: string, read: DocumentStatement, offset: number): HoverText | null {
  const kind = read.statement.kind === 'broken' ? read.statement.intended : read.statement.kind;
  if (kind === 'select' || kind === 'other') return null;
  const span = verbSpan(text, read);
  if (!holds(span, offset)) return null;
  const doc = statements[kind];
  return {
    ...span,
    markdown: [`**${doc.title}**`, '', say(doc.sentence), '', say(doc.cost), '', '```sql', ...doc.syntax, '```'].join(
      '\n',
    ),
  };
}

/** Null where there is nothing to say. `now` is milliseconds since 1970; `engine` tells the types of an answer. */
export function hover(
  document: SqlDocument,
  offset: number,
  catalog: Catalog,
  now: number,
  engine: Engine | null = null,
): HoverText | null {
  const read = statementAtOffset(document, offset);
  if (!read) return null;
  return (
    snapshotHover(read, offset, catalog, now) ??
    tableHover(read, offset, catalog) ??
    answerHover(document, read, offset, catalog, engine) ??
    columnHover(document, read, offset, catalog) ??
    statementHover(document.text, read, offset)
  );
}
