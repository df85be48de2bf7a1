/** What stands above each statement: how to run it, and what is known of it already. Nothing is computed for a lens. */
import { say } from '../../base/say.ts';
import type { CreateSnapshot, Diff, Restore, Span } from '../ast.ts';
import { hintedSnapshot, snapshotNameOf } from '../ast.ts';
import { type Catalog, findDelta, findSnapshot, sameName } from '../catalog.ts';
import { type DocumentStatement, resolveTable, type SqlDocument, snapshotsRead } from './document.ts';
import { changesText } from '../../words/columns.ts';
import { modelsText, scopeText } from '../../words/names.ts';
import { rowsText } from '../../words/numbers.ts';
import { ageText } from '../../words/times.ts';

/** The delta a lens works on: a table, and the names of the snapshots it lies between. */
export interface DeltaTarget {
  readonly database: string;
  readonly table: string;
  readonly from: string;
  /** Null: to the table now. */
  readonly to: string | null;
}

/** What a lens restores, and to which snapshot. Only what the use case can restore: a table, or a database. */
export interface RestoreTarget {
  readonly level: 'table' | 'database';
  readonly database: string;
  /** Null at database level. */
  readonly table: string | null;
  readonly snapshot: string;
}

/** What a click does; `none` only tells. */
export type LensAction =
  | { readonly kind: 'run'; readonly sql: string; readonly database: string | null }
  | { readonly kind: 'showRows'; readonly delta: DeltaTarget }
  | { readonly kind: 'trainOnDelta'; readonly delta: DeltaTarget }
  | { readonly kind: 'previewRestore'; readonly restore: RestoreTarget }
  | { readonly kind: 'restore'; readonly restore: RestoreTarget }
  | { readonly kind: 'none' };

/** A line above a statement: its words, and the command a click on it runs. Its span is the statement. */
export interface Lens extends Span {
  readonly title: string;
  readonly action: LensAction;
}

type Words = Omit<Lens, 'start' | 'end'>;

const told = (title: string): Words => ({ title, action: { kind: 'none' } });

function createLenses(statement: CreateSnapshot, catalog: Catalog, now: number): Words[] {
  if (catalog.snapshots === null) return [];
  const snapshot = findSnapshot(catalog, snapshotNameOf(statement.name));
  if (!snapshot) return [told(say('does not exist yet'))];
  const rows = snapshot.rows === null ? '' : ` · ${rowsText(snapshot.rows)}`;
  const made = told(`${say('exists')} · ${ageText(snapshot.createdAt, now)}${rows}`);
  return snapshot.models.length === 0 ? [made] : [made, told(modelsText(snapshot.models))];
}

/** The delta that a DIFF shows, when both sides are versions of one table and the older is a snapshot. */
function deltaOf(diff: Diff, read: DocumentStatement, catalog: Catalog): DeltaTarget | null {
  const target = resolveTable(read, catalog, diff.target);
  const base = resolveTable(read, catalog, diff.base);
  const from = hintedSnapshot(diff.base);
  const isTimed = [diff.target, diff.base].some(({ hint }) => hint !== null && hint.kind !== 'snapshot');
  if (from === null || isTimed || target.database === null || base.database === null) return null;
  if (!sameName(target.database, base.database) || !sameName(target.table, base.table)) return null;
  return { database: target.database, table: target.table, from, to: hintedSnapshot(diff.target) };
}

function diffLenses(diff: Diff, read: DocumentStatement, catalog: Catalog): Words[] {
  const delta = deltaOf(diff, read, catalog);
  if (!delta) return [];
  const known = findDelta(catalog, delta.database, delta.table, delta.from, delta.to);
  return [
    {
      title: known ? say('Show rows ({0})', changesText(known, known.columns ?? null)) : say('Show rows'),
      action: { kind: 'showRows', delta },
    },
    { title: say('Train on this delta'), action: { kind: 'trainOnDelta', delta } },
  ];
}

/** What a RESTORE takes back, where that is a table or a database whose name is known; else null. */
export function restoreOf(restore: Restore, read: DocumentStatement, catalog: Catalog): RestoreTarget | null {
  const { level, table, snapshot } = restore;
  if (level !== 'table' && level !== 'database') return null;
  const database = table
    ? resolveTable(read, catalog, { database: restore.database, table }).database
    : (restore.database?.text ?? null);
  if (database === null) return null;
  return { level, database, table: table?.text ?? null, snapshot: snapshot.text.toLowerCase() };
}

function restoreLenses(statement: Restore, read: DocumentStatement, catalog: Catalog): Words[] {
  const restore = restoreOf(statement, read, catalog);
  if (!restore) return [];
  return [
    { title: say('Preview…'), action: { kind: 'previewRestore', restore } },
    { title: say('Restore…'), action: { kind: 'restore', restore } },
  ];
}

/** The age of each snapshot that the statement reads. */
function ageLenses(read: DocumentStatement, catalog: Catalog, now: number): Words[] {
  const named = snapshotsRead(read.statement);
  if (named.length === 0) return [];
  const names = [...new Set(named.map(({ lookedUp }) => lookedUp))];
  return names.flatMap((name) => {
    const snapshot = findSnapshot(catalog, name);
    return snapshot ? [told(`${name}: ${ageText(snapshot.createdAt, now)} · ${scopeText(snapshot)}`)] : [];
  });
}

function ownLenses(read: DocumentStatement, catalog: Catalog, now: number): Words[] {
  const { statement } = read;
  switch (statement.kind) {
    case 'createSnapshot':
      return createLenses(statement, catalog, now);
    case 'diff':
      return diffLenses(statement, read, catalog);
    case 'restore':
      return restoreLenses(statement, read, catalog);
    default:
      return [];
  }
}

/** Ages are told in minutes at least, so what was told stays for one. */
const patience = 60_000;

interface Kept {
  readonly catalog: Catalog;
  readonly minute: number;
  readonly words: readonly Words[];
}

/** By statement, which is another one when its text is: where it stands decides nothing. */
const keptWords = new WeakMap<DocumentStatement, Kept>();

function wordsOf(read: DocumentStatement, catalog: Catalog, now: number): readonly Words[] {
  const minute = Math.floor(now / patience);
  const kept = keptWords.get(read);
  if (kept?.catalog === catalog && kept.minute === minute) return kept.words;
  const words = ownLenses(read, catalog, now).concat(ageLenses(read, catalog, now));
  keptWords.set(read, { catalog, minute, words });
  return words;
}

/** The lenses of a document in order; `now` is milliseconds since 1970. A statement that cannot be read has none. */
export function codeLenses(document: SqlDocument, catalog: Catalog, now: number): Lens[] {
  const run = catalog.connection ? say('Run on {0}', catalog.connection.name) : say('Run…');
  const lenses: Lens[] = [];
  for (const read of document.statements) {
    const { kind, start, end } = read.statement;
    if (kind === 'broken' || read.problems.some(({ severity }) => severity === 'error')) continue;
    const sql = document.text.slice(start, end);
    const database = read.used ?? catalog.connection?.database ?? null;
    // RESTORE is never one click away from a file: it is previewed or confirmed.
    if (kind !== 'restore') lenses.push({ title: run, action: { kind: 'run', sql, database }, start, end });
    for (const { title, action } of wordsOf(read, catalog, now)) lenses.push({ title, action, start, end });
  }
  return lenses;
}
