/** What can be typed at a cursor, by the words before it: snapshots, tables, databases, columns, whole statements. */
import { dialectOf } from '../dialects.ts';
import { say } from '../../base/say.ts';
import type { DiffOutput, Span } from '../ast.ts';
import { tablesOf } from '../ast.ts';
import { type Catalog, findTable, holdsTable, sameName } from '../catalog.ts';
import { type Token, tokenValue } from '../lexer.ts';
import { quoteName, quoteText } from '../print.ts';
import { bracesSince, isAtLeast, outputSince, readRelease } from '../serverVersion.ts';
import { statements } from '../statements.ts';
import { databaseOf, type DocumentStatement, resolveTable, type SqlDocument, statementAtOffset } from './document.ts';

/** One proposal at the cursor. */
export interface Completion {
  readonly label: string;
  readonly kind: 'snapshot' | 'table' | 'database' | 'column' | 'keyword' | 'statement';
  readonly detail: string;
  /** What is typed; with tab stops when `isSnippet`. */
  readonly insert: string;
  readonly isSnippet: boolean;
  /** What it stands instead of: the word that was begun. */
  readonly replaces: Span;
}

type Item = Omit<Completion, 'replaces' | 'isSnippet'> & { readonly isSnippet?: boolean };

/** The place of the cursor: the tokens of its statement before the word that was begun. */
interface CaretPlace {
  readonly before: readonly Token[];
  readonly replaces: Span;
  /** Inside quotes that were opened: names go in as they are. */
  readonly isQuoted: boolean;
  readonly catalog: Catalog;
  readonly read: DocumentStatement | undefined;
}

function placeAt(document: SqlDocument, offset: number, catalog: Catalog): CaretPlace | null {
  const { tokens } = document;
  const under = tokens.find((token) => token.start < offset && offset <= token.end && token.kind !== 'symbol');
  const behindClosed = under?.kind === 'string' && under.closed && offset === under.end;
  if (under?.kind === 'comment' && (offset < under.end || !under.text.endsWith('*/'))) return null;
  const isWordy = under && under.kind !== 'comment' && !behindClosed;
  const start = isWordy ? under.start : offset;
  const isQuoted = isWordy === true && under.kind === 'string';
  const all = tokens.filter((token) => token.end <= start && token.kind !== 'comment');
  const last = all.findLastIndex((token) => token.kind === 'symbol' && token.text === ';');
  const replaces = isQuoted ? { start: start + 1, end: offset } : { start, end: offset };
  return { before: all.slice(last + 1), replaces, isQuoted, catalog, read: statementAtOffset(document, offset) };
}

/** True when the tokens before the cursor end with these words; `*` stands for any name. */
function endsWith({ before }: CaretPlace, ...words: readonly string[]): boolean {
  if (before.length < words.length) return false;
  return words.every((word, i) => {
    const token = before[before.length - words.length + i] as Token;
    if (word === '*') return token.kind === 'word' || token.kind === 'quotedName';
    return (token.kind === 'word' || token.kind === 'symbol') && token.upper === word;
  });
}

const fromEnd = ({ before }: CaretPlace, back: number): string => {
  const token = before.at(-back);
  return token ? tokenValue(token) : '';
};

const keyword = (label: string, detail = '', insert = label): Item => ({ label, kind: 'keyword', detail, insert });

/** Newest first, as they are listed; only those of the table, where one is named. */
function snapshotItems(
  place: CaretPlace,
  quoted: boolean,
  of: { database: string | null; table: string } | null,
): Item[] {
  const wrap = (name: string): string => (place.isQuoted ? name : quoted ? quoteText(name) : quoteName(name));
  return [...(place.catalog.snapshots ?? [])]
    .filter((snapshot) => of === null || of.database === null || holdsTable(snapshot, of.database, of.table))
    .sort((a, b) => b.createdAt - a.createdAt)
    .map((snapshot) => ({
      label: snapshot.name,
      kind: 'snapshot',
      detail: snapshot.models.join(', ') || (snapshot.table ?? snapshot.database ?? snapshot.level),
      insert: wrap(snapshot.name),
    }));
}

const databaseItems = ({ catalog }: CaretPlace): Item[] =>
  catalog.databases.map((database) => ({ label: database, kind: 'database', detail: '', insert: quoteName(database) }));

const tablesIn = ({ catalog }: CaretPlace, database: string): Item[] =>
  (catalog.tables ?? [])
    .filter((table) => sameName(table.database, database))
    .map((table) => ({ label: table.table, kind: 'table', detail: table.database, insert: quoteName(table.table) }));

/** Tables of the database in use by their name, all others with their database. */
function tableItems(place: CaretPlace): Item[] {
  const { catalog, read } = place;
  const used = (read && databaseOf(read, catalog, '')) ?? catalog.connection?.database ?? null;
  return (catalog.tables ?? []).map((table) => {
    const isUsed = used !== null && sameName(used, table.database);
    const label = isUsed ? table.table : `${table.database}.${table.table}`;
    const insert = isUsed ? quoteName(table.table) : `${quoteName(table.database)}.${quoteName(table.table)}`;
    return { label, kind: 'table', detail: table.database, insert };
  });
}

/** The columns of the statement's tables, or of the one that is called `called`. */
function columnItems({ read, catalog }: CaretPlace, called: string | null): Item[] {
  const refs = read ? tablesOf(read.statement) : [];
  const wanted = called === null ? refs : refs.filter((ref) => sameName((ref.alias ?? ref.table).text, called));
  const items = new Map<string, Item>();
  for (const ref of wanted) {
    const { database, table } = read ? resolveTable(read, catalog, ref) : { database: null, table: '' };
    for (const column of (database === null ? undefined : findTable(catalog, database, table))?.columns ?? []) {
      items.set(column.name.toLowerCase(), {
        label: column.name,
        kind: 'column',
        detail: column.type,
        insert: quoteName(column.name),
      });
    }
  }
  return [...items.values()];
}

/** `name.`: a database's tables, or the columns of a table or alias. */
function dotted(place: CaretPlace): Item[] {
  const name = fromEnd(place, 2);
  return [...tablesIn(place, name), ...columnItems(place, name)];
}

/** The table that stands before the braces. */
function hintedTable(place: CaretPlace): { database: string | null; table: string } | null {
  const brace = place.before.findLastIndex((token) => token.text === '{');
  const table = place.before[brace - 1];
  if (!table) return null;
  const dot = place.before[brace - 2];
  const database = place.before[brace - 3];
  const qualified = dot?.text === '.' && database ? tokenValue(database) : null;
  const name = tokenValue(table);
  return { database: qualified ?? (place.read ? databaseOf(place.read, place.catalog, name) : null), table: name };
}

function outputItems({ catalog: { connection } }: CaretPlace): Item[] {
  const release = readRelease(connection?.version ?? null);
  const has = (since: readonly [number, number, number]): boolean => release === null || isAtLeast(release, since);
  const items: Readonly<Record<Exclude<DiffOutput['form'], 'rows'>, Item | null>> = {
    summary: has(outputSince.summary) ? keyword('SUMMARY', say('counts by kind of change')) : null,
    count: keyword('COUNT', say('the number of changed rows')),
    limit: { ...keyword('LIMIT', say('some changed rows'), 'LIMIT ${1:100}'), isSnippet: true },
    file: { ...keyword('FILE', say('a file of statements'), "FILE '${1:folder}'"), isSnippet: true },
    as: !has(outputSince.as)
      ? null
      : { ...keyword('AS', say('a new table'), 'AS ${1:database}.${2:table}'), isSnippet: true },
  };
  return Object.values(items).filter((item) => item !== null);
}

/** Statements that run nowhere but on a server that has them. */
const serversOnly = new Set(['pitr']);

/** A server whose RESTORE nests: ACCOUNT a DATABASE d TABLE t. */
function isOldServer({ catalog: { connection } }: CaretPlace): boolean {
  const release = readRelease(connection?.version ?? null);
  return dialectOf(connection)?.hasReleases === true && release !== null && !isAtLeast(release, bracesSince);
}

/** What only a server can pin and restore. */
const serverLevels = ({ catalog: { connection } }: CaretPlace): Item[] =>
  dialectOf(connection)?.runsGitForData ? [keyword('ACCOUNT'), keyword('CLUSTER')] : [];

/** Whole statements, in the form that the bound server takes. */
function statementItems(place: CaretPlace): Item[] {
  const { connection } = place.catalog;
  const isOld = isOldServer(place);
  return Object.entries(statements).flatMap(([kind, doc]) => {
    if (doc.snippet === null || (dialectOf(connection)?.runsGitForData === false && serversOnly.has(kind))) return [];
    const insert =
      kind === 'restore' && isOld
        ? 'RESTORE ACCOUNT ${1:sys} DATABASE ${2:database} TABLE ${3:table} FROM SNAPSHOT ${4:snapshot};'
        : doc.snippet;
    return [{ label: doc.title, kind: 'statement', detail: say(doc.sentence), insert, isSnippet: true }];
  });
}

const hintSnippet = (): Item => ({
  ...keyword('SNAPSHOT', say('the table as it was'), "SNAPSHOT = '$1'"),
  isSnippet: true,
});
const tableWords = ['FROM', 'JOIN', 'INTO', 'UPDATE', 'DIFF', 'AGAINST', 'MERGE', 'PICK', 'CLONE', 'DESCRIBE', 'DESC'];

const isMerged = ({ read, before }: CaretPlace): boolean =>
  read?.statement.kind === 'branch' && / (?:MERGE|PICK)$/.test(read.statement.verb) && before.at(-1)?.kind !== 'symbol';

/** Behind the tables of a MERGE or a PICK. */
function mergedItems({ before, read }: CaretPlace): Item[] {
  const has = (word: string): boolean => before.some(({ upper, kind }) => kind === 'word' && upper === word);
  if (!has('INTO')) return [keyword('INTO')];
  const isPick = read?.statement.kind === 'branch' && read.statement.verb.endsWith('PICK');
  const keys = { ...keyword('KEYS', say('the keys that are picked'), 'KEYS ($1)'), isSnippet: true };
  return [
    ...(isPick && !has('KEYS') ? [keys] : []),
    ...(isPick && !has('BETWEEN') && !has('KEYS') ? [keyword('BETWEEN SNAPSHOT')] : []),
    ...(has('WHEN') ? [] : [keyword('WHEN CONFLICT', say('what becomes of a row that both sides changed'))]),
  ];
}

/** From the most special place to the most general; the first that fits answers. */
const places: readonly {
  readonly fits: (place: CaretPlace) => boolean;
  readonly items: (place: CaretPlace) => Item[];
}[] = [
  { fits: (p) => endsWith(p, '{', 'SNAPSHOT', '='), items: (p) => snapshotItems(p, true, hintedTable(p)) },
  { fits: (p) => endsWith(p, '{'), items: () => [hintSnippet()] },
  { fits: (p) => p.isQuoted, items: () => [] },
  {
    fits: (p) =>
      endsWith(p, 'FROM', 'SNAPSHOT') || endsWith(p, 'DROP', 'SNAPSHOT') || endsWith(p, 'SNAPSHOT', 'IF', 'EXISTS'),
    items: (p) => snapshotItems(p, false, null),
  },
  {
    fits: (p) => endsWith(p, 'SNAPSHOT', '*', 'FOR'),
    items: (p) => [keyword('TABLE'), keyword('DATABASE'), ...serverLevels(p)],
  },
  { fits: (p) => endsWith(p, 'FOR', 'TABLE', '*'), items: (p) => tablesIn(p, fromEnd(p, 1)) },
  {
    fits: (p) =>
      endsWith(p, 'FOR', 'TABLE') ||
      endsWith(p, 'FOR', 'DATABASE') ||
      endsWith(p, 'RESTORE', 'DATABASE') ||
      endsWith(p, 'USE'),
    items: databaseItems,
  },
  { fits: (p) => endsWith(p, '*', '.'), items: dotted },
  {
    fits: (p) => endsWith(p, 'RESTORE'),
    items: (p) =>
      isOldServer(p)
        ? [keyword('ACCOUNT'), keyword('CLUSTER')]
        : [keyword('TABLE'), keyword('DATABASE'), ...serverLevels(p)],
  },
  { fits: (p) => endsWith(p, 'OUTPUT'), items: outputItems },
  {
    fits: (p) => endsWith(p, 'DATA', 'BRANCH'),
    items: () => [
      keyword('CREATE TABLE', say('a branch of a table')),
      keyword('DIFF', say('what became of two tables')),
      keyword('MERGE', say('the changes of a branch, into a table')),
      keyword('PICK', say('some of the changes of a branch')),
      keyword('DELETE TABLE', say('takes a branch away')),
    ],
  },
  {
    fits: (p) => endsWith(p, 'WHEN', 'CONFLICT'),
    items: () => [
      keyword('FAIL', say('nothing is merged where both sides changed a row')),
      keyword('SKIP', say("the table's row stays where both sides changed it")),
      keyword('ACCEPT', say("the branch's row is taken where both sides changed it")),
    ],
  },
  { fits: (p) => endsWith(p, 'BETWEEN', 'SNAPSHOT'), items: (p) => snapshotItems(p, false, null) },
  { fits: (p) => isMerged(p), items: mergedItems },
  {
    fits: (p) => tableWords.some((word) => endsWith(p, word)) || endsWith(p, 'RESTORE', 'TABLE'),
    items: (p) => [...tableItems(p), ...databaseItems(p)],
  },
  { fits: (p) => p.before.length === 0, items: statementItems },
  {
    fits: (p) => p.read?.statement.kind === 'broken' || p.read?.statement.kind === 'diff',
    items: (p) => [keyword('AGAINST'), keyword('OUTPUT'), ...columnItems(p, null)],
  },
  { fits: () => true, items: (p) => columnItems(p, null) },
];

/** What can stand at the cursor; the editor filters by the word that was begun. */
export function complete(document: SqlDocument, offset: number, catalog: Catalog): Completion[] {
  const place = placeAt(document, offset, catalog);
  if (!place) return [];
  const items = places.find(({ fits }) => fits(place))?.items(place) ?? [];
  return items.map((item) => ({ ...item, isSnippet: item.isSnippet ?? false, replaces: place.replaces }));
}
