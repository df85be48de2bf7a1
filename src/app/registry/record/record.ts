/**
 * The record: what happened to models and data through DeltaTrain, a row an event, each with the hash of the row before, so that
 * a row that was changed, taken out or slipped in afterwards breaks the chain.
 */
import { sha256 } from '../../../base/sha256.ts';
import type { Write } from '../../../data/store.ts';
import type { Value } from '../../../data/value.ts';
import { type ModelColumn, modelColumns } from '../registrySchema.ts';
import { type KeptRow, rowDetails } from './keptRows.ts';

/** What happened. `subject` of an event is a model for `model.*`, a training for `training.*`, `approval.*`, `rows.*` and `exclusion.*`, else a table, database or snapshot. */
export const eventKinds = [
  'model.registered',
  // It was there when the record began.
  'model.found',
  'model.promoted',
  'model.archived',
  // A person said that the data of a held model are right.
  'model.approved',
  // It was archived for data that are back now; `details.status` is what it is again.
  'model.returned',
  'model.noted',
  'approval.revoked',
  'rows.excluded',
  'exclusion.lifted',
  'training.changed',
  'data.restored',
  'data.imported',
  'snapshot.forced',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Who acts, and with which program. */
export interface Author {
  /** As a person would call them: `ann@laptop`. */
  readonly who: string;
  /** As `deltatrain/0.2.0 cli`. */
  readonly tool: string;
}

/** An event that is to be written down. */
export interface Happening {
  readonly what: EventKind;
  readonly subject: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
  /** A person's reason; '' where none was given. */
  readonly why: string;
  /** The rows beside the models that are written with it, as they are then: their hashes go into the details. */
  readonly rows?: readonly KeptRow[];
}

/** An event as it stands in the record. */
export interface RecordedEvent extends Omit<Happening, 'rows'>, Author {
  /** 1 for the first; no number is left out. */
  readonly seq: number;
  /** ISO, UTC. */
  readonly at: string;
  /** The hash of the event before; null for the first. */
  readonly before: string | null;
  /** SHA-256 over all of the others, 64 hex digits. */
  readonly hash: string;
}

/** `details` as they are written: with their names in order, so that the same facts are the same text. */
const detailsText = (details: Happening['details']): string =>
  JSON.stringify(Object.fromEntries(Object.entries(details).toSorted(([a], [b]) => (a < b ? -1 : 1))));

const eventHash = ({ seq, at, who, tool, what, subject, details, why, before }: Omit<RecordedEvent, 'hash'>): string =>
  sha256(JSON.stringify([seq, at, who, tool, what, subject, detailsText(details), why, before]));

/** The end of the record: what the next event follows on. */
export type RecordEnd = Pick<RecordedEvent, 'seq' | 'hash'> | null;

/** The next event of a record that ends with `end`. */
export function nextEvent(
  end: RecordEnd,
  { rows = [], ...happening }: Happening,
  author: Author,
  at: string,
): RecordedEvent {
  const event = {
    ...happening,
    details: { ...happening.details, ...rowDetails(rows) },
    who: author.who,
    tool: author.tool,
    at,
    seq: (end?.seq ?? 0) + 1,
    before: end?.hash ?? null,
  };
  return { ...event, hash: eventHash(event) };
}

/** `seq`, not `number` or `order`: words that no dialect keeps for itself. */
export const eventsTable = `CREATE TABLE IF NOT EXISTS deltatrain.events (
  seq BIGINT NOT NULL PRIMARY KEY,
  happened_at VARCHAR(30) NOT NULL,
  who VARCHAR(255) NOT NULL,
  tool VARCHAR(255) NOT NULL,
  what VARCHAR(40) NOT NULL,
  subject VARCHAR(600) NOT NULL,
  details_json LONGTEXT NOT NULL,
  why LONGTEXT NOT NULL,
  before_hash VARCHAR(64),
  hash VARCHAR(64) NOT NULL
)`;

const columns = [
  'seq',
  'happened_at',
  'who',
  'tool',
  'what',
  'subject',
  'details_json',
  'why',
  'before_hash',
  'hash',
].join(', ');
export const selectEvents = `SELECT ${columns} FROM deltatrain.events ORDER BY seq`;
/** When the model of that name was promoted last. */
export const selectPromotion = `SELECT MAX(happened_at) FROM deltatrain.events WHERE what = 'model.promoted' AND subject = ?`;
export const selectRecordEnd = 'SELECT seq, hash FROM deltatrain.events ORDER BY seq DESC LIMIT 1';

/** Fails with `row.conflict` where another program wrote that number meanwhile. */
export const insertEvent = (event: RecordedEvent): Write => ({
  sql: `INSERT INTO deltatrain.events (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  values: [
    event.seq,
    event.at,
    event.who,
    event.tool,
    event.what,
    event.subject,
    detailsText(event.details),
    event.why,
    event.before,
    event.hash,
  ],
  expect: 1,
});

/** A row of `selectEvents`. What another hand wrote may be of any form: then its hash does not match. */
export function eventOfRow(row: readonly Value[]): RecordedEvent {
  const [seq, at, who, tool, what, subject, details, why, before, hash] = row;
  return {
    seq: Number(seq),
    at: String(at),
    who: String(who),
    tool: String(tool),
    what: String(what) as EventKind,
    subject: String(subject),
    details: parsedDetails(String(details)),
    why: String(why),
    before: before === null || before === undefined ? null : String(before),
    hash: String(hash),
  };
}

function parsedDetails(text: string): Happening['details'] {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Happening['details'];
  } catch {
    // Told by its hash.
  }
  return { unreadable: text };
}

/** The first link that does not hold. */
export interface BrokenLink {
  /** The event that should stand there. */
  readonly seq: number;
  readonly reason: 'changed' | 'missing' | 'before';
}

/**
 * The first event that was changed (its hash is another), is missing (its number is left out), or does not follow on the one
 * before; null where the chain holds. What was cut off at the end cannot be told by the chain alone: keep the last hash.
 */
export function brokenLink(events: readonly RecordedEvent[]): BrokenLink | null {
  let end: RecordEnd = null;
  for (const event of events) {
    const expected: number = (end?.seq ?? 0) + 1;
    if (event.seq !== expected) return { seq: expected, reason: 'missing' };
    if (event.hash !== eventHash(event)) return { seq: event.seq, reason: 'changed' };
    if (event.before !== (end?.hash ?? null)) return { seq: event.seq, reason: 'before' };
    end = event;
  }
  return null;
}

/** The status of each model that the record knows, by its name as in `weather/m3`; a promotion takes the one before back. */
export function recordedStatuses(events: readonly RecordedEvent[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { what, subject, details } of events) {
    if (what === 'model.registered' || what === 'model.found') found.set(subject, String(details['status']));
    if (what === 'model.archived') found.set(subject, 'archived');
    if (what === 'model.approved') found.set(subject, 'candidate');
    if (what === 'model.returned') found.set(subject, String(details['status']));
    if (what !== 'model.promoted') continue;
    const { replaced } = details;
    if (typeof replaced === 'string') found.set(replaced, 'candidate');
    found.set(subject, 'promoted');
  }
  return found;
}

/** The hash of each model's row, in a table of their own, so that `models` stays as version 0.1 made it. */
export const modelHashesTable = `CREATE TABLE IF NOT EXISTS deltatrain.model_hashes (
  training VARCHAR(64) NOT NULL,
  number INT NOT NULL,
  hash VARCHAR(64) NOT NULL,
  PRIMARY KEY (training, number)
)`;

/** What changes by right after a model is registered, and is told by the record. */
const changing: ReadonlySet<ModelColumn> = new Set(['status', 'note']);

/** SHA-256 over a model's row but its status, its note and its artifact, which has a hash of its own; `values` as `modelColumns`. */
export const modelHash = (values: readonly Value[]): string =>
  sha256(
    JSON.stringify(
      modelColumns.flatMap((column, i) => {
        const value = values[i] ?? null;
        return changing.has(column) ? [] : [[column, value === null ? null : String(value)]];
      }),
    ),
  );

/** The hash of a model that is new: one that a model left which is gone gives way. */
export const putModelHash = (training: string, number: number, hash: string): Write[] => [
  { sql: 'DELETE FROM deltatrain.model_hashes WHERE training = ? AND number = ?', values: [training, number] },
  {
    sql: 'INSERT INTO deltatrain.model_hashes (training, number, hash) VALUES (?, ?, ?)',
    values: [training, number, hash],
    expect: 1,
  },
];
