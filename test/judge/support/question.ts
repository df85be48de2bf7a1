// Small tables for the judge: two snapshots as plain rows, and a parent that is a formula.
import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { DeltaPage } from '../../../src/data/change.ts';
import { packCells, packRows } from '../../../src/data/page.ts';
import { hashInput } from '../../../src/data/rowHash.ts';
import { sideNumbers } from '../../../src/data/trainPage.ts';
import type { Value } from '../../../src/data/value.ts';
import { type BaseFacts } from '../../../src/judge/facts/baseFacts.ts';
import { makeFacts } from '../../../src/judge/facts/makeFacts.ts';
import type { AnsweredRows, DataQuestion } from '../../../src/judge/question.ts';
import { type ChangedRows, changedRows, sidesOf } from '../../../src/judge/rows/changedRows.ts';
import type { Judged } from '../../../src/judge/rows/columns.ts';
import { rawColumn } from '../../../src/train/encode/raw.ts';

/** A row: its features and label by name. */
export type Row = Readonly<Record<string, Value>>;
/** A snapshot: rows by key. */
export type Rows = ReadonlyMap<number, Row>;

export const way: Judged = {
  columns: [
    { name: 'id', kind: 'number', role: 'key', clip: null },
    { name: 'x', kind: 'number', role: 'feature', clip: null },
    { name: 'z', kind: 'number', role: 'feature', clip: null },
    { name: 'region', kind: 'category', role: 'feature', clip: null },
    { name: 'day', kind: 'date', role: 'slice', clip: null },
  ],
  label: 'label',
  task: 'classification',
  read: rawColumn,
};

const shares = { test: 0.2, validation: 0.1 };

const hashes = new Map<number, string>();

/** The row hash of a key. */
export function hashOf(id: number): string {
  const known = hashes.get(id);
  if (known !== undefined) return known;
  const hash = bytesToHex(md5(utf8ToBytes(hashInput('split:t', [id]))));
  hashes.set(id, hash);
  return hash;
}

const columnsOf = (judged: Judged) => [
  ...judged.columns.map(({ name }) => ({ name, type: '' })),
  { name: judged.label, type: '' },
];

const valuesOf = (judged: Judged, id: number, row: Row): Value[] =>
  columnsOf(judged).map(({ name }) => (name === 'id' ? id : (row[name] ?? null)));

const inHashOrder = (ids: Iterable<number>): number[] => [...ids].sort((a, b) => (hashOf(a) < hashOf(b) ? -1 : 1));

/** Pages of a snapshot, `size` rows each. */
export function factsOfRows(rows: Rows, judged: Judged = way, size = 1_000): BaseFacts {
  const builder = makeFacts(judged);
  const ids = inHashOrder(rows.keys());
  for (let from = 0; from < ids.length; from += size) {
    const some = ids.slice(from, from + size);
    builder.add(
      packRows(
        columnsOf(judged),
        some.map((id) => valuesOf(judged, id, rows.get(id) ?? {})),
      ),
    );
  }
  return builder.done();
}

const same = (a: Row, b: Row): boolean => JSON.stringify(Object.entries(a)) === JSON.stringify(Object.entries(b));

/** The delta between two snapshots, in the order of its hashes. `excluded`: keys that are gone because a person left them out. */
export function deltaOf(
  old: Rows,
  now: Rows,
  judged: Judged = way,
  unseen = shares,
  size = 1_000,
  excluded: ReadonlySet<number> = new Set(),
): ChangedRows {
  const builder = changedRows({ ...judged, unseen });
  const ids = inHashOrder(new Set([...old.keys(), ...now.keys()])).filter((id) => {
    const [was, is] = [old.get(id), now.get(id)];
    return !was || !is || !same(was, is);
  });
  for (let from = 0; from < ids.length; from += size) {
    const some = ids.slice(from, from + size);
    const image = (rows: Rows) =>
      columnsOf(judged).map((_, c) =>
        packCells(
          some.map((id) => {
            const row = rows.get(id);
            return row ? (valuesOf(judged, id, row)[c] ?? null) : null;
          }),
        ),
      );
    const page: DeltaPage = {
      rows: some.length,
      keyColumns: 1,
      columns: columnsOf(judged),
      flags: Uint8Array.from(some, (id) => (old.has(id) ? (now.has(id) ? 1 : 2) : 0)),
      before: image(old),
      after: image(now),
      hashes: some.map(hashOf),
      ...(excluded.size > 0 && { excluded: Uint8Array.from(some, (id) => Number(excluded.has(id))) }),
    };
    builder.add(page);
  }
  return builder.done();
}

/** Probabilities of the classes for a row. */
export type Parent = (row: Row) => readonly number[];

const answered = (rows: readonly Row[], classes: readonly string[], parent: Parent): AnsweredRows => ({
  probabilities: Float32Array.from(rows.flatMap((row) => [...parent(row)])),
  labels: Int32Array.from(rows, (row) => classes.indexOf(String(row['label']))),
});

/** The question that two snapshots and a parent put. `idsOf` finds the rows of the delta again. */
export function questionOf(
  old: Rows,
  now: Rows,
  parent: Parent | null,
  more: Partial<DataQuestion> & { readonly classes?: readonly string[]; readonly judged?: Judged } = {},
): DataQuestion {
  const { classes = ['no', 'yes'], judged = way, ...rest } = more;
  const changes = deltaOf(old, now, judged);
  const ids = new Map([...new Set([...old.keys(), ...now.keys()])].map((id) => [hashOf(id), id]));
  const own = changes.hashes.map((hash) => ids.get(hash) ?? -1);
  const changed = new Set(own);
  const unchanged = [...old].filter(([id]) => !changed.has(id));
  const sides = sidesOf(
    unchanged.map(([id]) => hashOf(id)),
    shares,
  );
  const bySide = (train: boolean): Row[] =>
    unchanged.flatMap(([, row], i) => ((sides[i] === sideNumbers.train) === train ? [row] : []));
  const image = (rows: Rows): Float32Array =>
    Float32Array.from(own.flatMap((id) => [...(parent?.(rows.get(id) ?? {}) ?? [])]));
  return {
    changes,
    facts: factsOfRows(old, judged),
    parent: parent && {
      classes,
      before: image(old),
      after: image(now),
      unseen: answered(bySide(false), classes, parent),
      train: answered(bySide(true), classes, parent),
    },
    returned: null,
    restored: false,
    approvals: [],
    day: null,
    ...rest,
  };
}

/** A snapshot with some rows made others; null: the row is gone. */
export function changed(rows: Rows, change: (id: number, row: Row) => Row | null): Map<number, Row> {
  const now = new Map<number, Row>();
  for (const [id, row] of rows) {
    const next = change(id, row);
    if (next) now.set(id, next);
  }
  return now;
}
