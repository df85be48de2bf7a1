/** Expected failures: a closed table of codes, the data each carries, and the one sentence it becomes. */
import { limitSentence, type LimitName } from './limits.ts';
import { storeFailures } from './storeFailures.ts';

type Counts = { inserted: number; updated: number; deleted: number };

/** `known`: what deltatrain.json names; undefined where that was not looked at. */
function knownTrainings(known: readonly string[] | undefined): string {
  if (known === undefined) return '';
  if (known.length === 0) return ' deltatrain.json has none yet: write it there, under "trainings".';
  return ` There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`;
}

/** Every expected failure of the product. A sentence says what was wrong and what to do; data is plain and crosses processes. */
const failures = {
  cancelled: { say: () => 'Cancelled.' },

  ...storeFailures,

  'sql.syntax': { say: (d: { message: string; near?: string }) => `The statement cannot be read: ${d.message}` },
  'sql.failed': { say: (d: { message: string }) => d.message },
  'sql.unsupported': {
    say: (d: { what: string; hint?: string }) => `${d.what} is not supported here.${d.hint ? ` ${d.hint}` : ''}`,
  },

  'sql.inTransaction': {
    say: (d: { what: string }) => `${d.what} cannot run inside an open transaction. Commit or roll back first.`,
  },
  'sql.tooBig': {
    say: () => 'The statement is larger than the server takes in one packet (max_allowed_packet). Send it in parts.',
  },
  'permission.missing': {
    say: (d: { what: string; need: string }) => `${d.what} needs ${d.need}. Ask an administrator for it.`,
  },
  'account.unknown': { say: (d: { account: string }) => `There is no account "${d.account}".` },
  'session.unknown': {
    say: (d: { session: string }) => `There is no session ${d.session} to stop: it has ended already.`,
  },

  'database.unknown': {
    say: (d: { database: string; hint?: string }) =>
      `There is no database "${d.database}".${d.hint ? ` ${d.hint}` : ''}`,
  },
  'database.exists': { say: (d: { database: string }) => `The database "${d.database}" exists already.` },
  'table.unknown': {
    say: (d: { table: string; near?: string | null }) =>
      `There is no table "${d.table}".${d.near ? ` Did you mean "${d.near}"?` : ''}`,
  },
  'table.exists': {
    say: (d: { table: string; hint?: string }) => `The table "${d.table}" exists already.${d.hint ? ` ${d.hint}` : ''}`,
  },
  'table.view': {
    say: (d: { table: string }) =>
      `${d.table} is a view, or something else that is no ordinary table. Pin, train on, compare and export a table: CREATE TABLE … AS SELECT * FROM ${d.table} makes one of what it shows now.`,
  },
  'table.noKey': {
    say: (d: { table: string }) => `${d.table} has no primary key. Name the key columns that make a row unique.`,
  },
  'table.duplicateKey': {
    say: (d: { table: string; key: string; value: string; line?: number | null }) =>
      `The key (${d.key}) of ${d.table} is not unique: ${d.value} stands there twice${d.line ? ` (again in line ${d.line})` : ''}. Nothing was changed.`,
  },
  'column.unknown': {
    say: (d: { column: string; table: string; near?: string | null }) =>
      `${d.table} has no column "${d.column}".${d.near ? ` Did you mean "${d.near}"?` : ''}`,
  },
  'value.refused': {
    say: (d: { column: string; value: string; reason: string; line?: number | null }) =>
      `The value ${d.value} does not fit the column "${d.column}"${d.line ? ` (line ${d.line})` : ''}: ${d.reason}. Nothing was changed.`,
  },
  'row.conflict': { say: (d: { table: string; detail: string }) => `${d.table}: ${d.detail}` },

  'version.unknown': {
    say: (d: { snapshot: string; table?: string | null; near?: string | null }) =>
      `There is no snapshot "${d.snapshot}"${d.table ? ` of ${d.table}` : ''}.${d.near ? ` Did you mean "${d.near}"?` : ''}`,
  },
  'version.exists': {
    say: (d: { snapshot: string }) => `The snapshot "${d.snapshot}" exists already. Choose another name.`,
  },
  'version.badName': {
    say: (d: { snapshot: string }) =>
      `"${d.snapshot}" cannot name a snapshot: ${d.snapshot.toLowerCase() === 'live' ? 'it means the table as it is now. Choose another name.' : 'use lower-case letters, digits and _, at most 64, not starting with a digit.'}`,
  },
  'registry.readOnly': {
    say: (d: { what: string }) =>
      `${d.what} would change DeltaTrain's own tables (the database "deltatrain"), which keep the models and the record of what happened: they can be read here, and are changed by the commands on models alone.`,
  },
  'version.needed': {
    say: (d: { snapshot: string; models: string }) =>
      `"${d.snapshot}" is needed by ${d.models}. Archive the model first.`,
  },
  'version.replaced': {
    say: (d: { snapshot: string; model: string }) =>
      `"${d.snapshot}" was dropped and made again since ${d.model} was trained, so it is not its base any more. Train fully.`,
  },
  'version.unlistable': {
    say: () => 'This role may not list snapshots. Type the name of one; reading and comparing at it may still work.',
  },
  'version.level': {
    say: (d: { snapshot: string | null; detail: string }) =>
      `${d.snapshot === null ? 'The snapshot' : `"${d.snapshot}"`} is of the wrong level for this (${d.detail}). Tables can be restored from table, database and account snapshots; databases from database and account ones; accounts from account and cluster ones.`,
  },
  'version.otherTable': {
    say: (d: { snapshot: string | null; of: string; wanted: string }) =>
      `${d.snapshot === null ? 'The snapshot' : `"${d.snapshot}"`} is of ${d.of}, not of ${d.wanted}. Choose a snapshot that covers it.`,
  },
  'version.otherAccount': {
    say: (d: { detail: string }) =>
      `The snapshot belongs to another account (${d.detail}). Connect to that account, or as sys.`,
  },
  'version.quota': {
    say: (d: { detail: string }) => `The account has reached its limit (${d.detail}). Delete some that are not needed.`,
  },
  'version.managed': {
    say: (d: { snapshot: string }) => `"${d.snapshot}" protects a data branch. Delete the branch; it goes with it.`,
  },
  'version.tooOld': {
    say: (d: { time: string | null }) =>
      `The server no longer holds the data of ${d.time ?? 'that time'}. Without a snapshot or a recovery window it keeps about an hour.`,
  },
  'version.badTime': {
    say: (d: { detail: string }) =>
      `The time cannot be read: ${d.detail}. Write nanoseconds as a plain number, or 'YYYY-MM-DD hh:mm:ss'.`,
  },
  'version.uncovered': {
    say: (d: { snapshot: string | null; what: string }) =>
      `${d.snapshot === null ? 'The version' : `"${d.snapshot}"`} does not hold ${d.what}: it came later, or the snapshot is of something else.`,
  },
  'version.system': {
    say: (d: { what: string }) => `${d.what} belongs to the server itself: it can be neither pinned nor restored.`,
  },
  'pitr.unknown': { say: (d: { pitr: string }) => `There is no recovery window (PITR) "${d.pitr}".` },
  'pitr.exists': {
    say: (d: { detail: string }) =>
      `There is such a recovery window (PITR) already: ${d.detail}. Change or drop that one.`,
  },
  'pitr.badRange': {
    say: (d: { detail: string }) =>
      `The range of the recovery window is wrong: ${d.detail}. It is 1 to 100 of 'h', 'd', 'mo' or 'y'.`,
  },
  'pitr.outside': {
    say: (d: { detail: string }) => `The time lies outside the recovery window: ${d.detail}. Choose a time inside it.`,
  },

  'delta.empty': {
    say: (d: { table: string; from: string; to: string }) =>
      `Nothing changed in ${d.table} between ${d.from} and ${d.to}.`,
  },
  'delta.schemaChanged': {
    say: (d: { table: string; detail: string }) =>
      `The columns of ${d.table} differ between the two versions: ${d.detail}.`,
  },
  /** DATA BRANCH DIFF (or MERGE) cannot answer; the comparison with SQL can. */
  'delta.impossible': {
    say: (d: { table: string | null; detail: string }) =>
      `DATA BRANCH cannot compare ${d.table ?? 'these tables'}: ${d.detail}. Compare the two versions with SQL instead.`,
  },
  'branch.conflict': {
    say: (d: { source: string; target: string; key: string }) =>
      `${d.source} and ${d.target} both changed the row with the key ${d.key}. Nothing was merged; decide with WHEN CONFLICT SKIP or ACCEPT.`,
  },
  'branch.unknown': {
    say: (d: { branch: string }) => `${d.branch} is not a data branch. Use DROP TABLE for an ordinary table.`,
  },
  'restore.referenced': {
    say: (d: { table: string; by: string }) =>
      `${d.table} cannot be restored or replaced alone: foreign keys of ${d.by} refer to it. Drop those keys first, or restore the whole database.`,
  },
  'restore.moved': {
    say: (d: { table: string } & Counts) =>
      `${d.table} was written to since the preview (+${d.inserted} ~${d.updated} -${d.deleted} now). Look at the preview again.`,
  },
  'load.tooManyDeletes': {
    say: (d: { table: string; deleted: number; rows: number }) =>
      `This would delete ${d.deleted} of ${d.rows} rows of ${d.table}. Nothing was changed; confirm it if the file is complete.`,
  },

  'file.unreadable': { say: (d: { file: string; reason: string }) => `Cannot read ${d.file}: ${d.reason}` },
  'file.empty': { say: (d: { file: string }) => `${d.file} has no rows. Nothing was changed.` },
  'file.badLine': {
    say: (d: { file: string; line: number; column?: number | string | null; reason: string }) =>
      `${d.file}, line ${d.line}${d.column === undefined || d.column === null ? '' : `, column ${d.column}`}: ${d.reason}. Nothing was changed.`,
  },
  'file.unknownFormat': {
    say: (d: { file: string }) => `${d.file}: the name must end in .csv, .tsv, .jsonl, .ndjson or .parquet.`,
  },
  'file.unwritable': { say: (d: { file: string; reason: string }) => `Cannot write ${d.file}: ${d.reason}` },

  'config.unreadable': { say: (d: { file: string; problems: string }) => `${d.file}: ${d.problems}` },
  'connection.unknown': {
    /** `by`: a sentence on what names it. */
    say: (d: { connection: string; near?: string | null; by?: string }) =>
      `There is no connection "${d.connection}".${d.by === undefined ? '' : ` ${d.by}`}${d.near ? ` Did you mean "${d.near}"?` : ''}`,
  },
  'connection.outside': {
    say: (d: { path: string }) => `The store ${d.path} lies outside the workspace. Choose it in a dialog to allow it.`,
  },
  'connection.unbound': {
    /** `meant`: the server that the password is for; `byVariable`: the variable `beside` says so. */
    say: (d: {
      connection: string;
      server: string;
      variable: string;
      beside: string;
      meant: string | null;
      byVariable: boolean;
    }) =>
      `The password in ${d.variable} was not sent to ${d.server}, which "${d.connection}" in deltatrain.json names: ${
        d.meant === null ? 'nothing says that it is for that server' : `it is for ${d.meant}`
      }. If it is: ${d.beside}=${d.server}${d.byVariable ? '' : `, or deltatrain connection trust ${/^[\w.-]+$/.test(d.connection) ? d.connection : JSON.stringify(d.connection)}`}.`,
  },
  'workspace.untrusted': { say: () => 'This workspace is not trusted, so nothing it names is opened. Trust it first.' },

  'training.unknown': {
    say: (d: { training: string; near?: string | null; known?: readonly string[] }) =>
      `There is no training "${d.training}".${d.near ? ` Did you mean "${d.near}"?` : knownTrainings(d.known)}`,
  },
  'plan.noLabel': {
    say: (d: { table: string; label: string }) => `${d.table} has no column "${d.label}" to use as the label.`,
  },
  'plan.noLabels': {
    say: (d: { table: string; label: string }) =>
      `No row of ${d.table} has a label: "${d.label}" is empty (NULL) in every row. Fill it in, or choose another label.`,
  },
  'plan.oneClass': {
    say: (d: { label: string; value: string }) =>
      `Every row has the same label (${d.label} = ${d.value}), so there is nothing to learn. Choose another label.`,
  },
  'plan.noFeatures': {
    say: (d: { table: string }) => `${d.table} has no column left to learn from besides its key and label.`,
  },
  'plan.keyFeature': {
    say: (d: { column: string }) =>
      `"${d.column}" is unique for every row, so a model could only memorise it. Leave it out of the features.`,
  },
  'plan.fewRows': {
    say: (d: { set: 'train' | 'tune' | 'test'; rows: number; needed: number }) =>
      `Only ${d.rows} ${d.set} rows: at least ${d.needed} are needed. Add rows or change the training's shares.`,
  },
  'plan.unsupported': { say: (d: { what: string; hint?: string }) => `${d.what}${d.hint ? ` ${d.hint}` : ''}` },
  'model.unknown': {
    say: (d: { model: string; near?: string | null }) =>
      `There is no model "${d.model}".${d.near ? ` Did you mean "${d.near}"?` : ''}`,
  },
  'model.ambiguous': {
    say: (d: { model: string; choices: string }) => `"${d.model}" could be ${d.choices}. Write training/model.`,
  },
  'model.noParent': {
    say: (d: { training: string }) => `"${d.training}" has no model yet to update. Train fully first.`,
  },
  'model.damaged': {
    say: (d: { model: string; expected: string; found: string } | { model: string; reason: string }) =>
      'reason' in d
        ? `The stored artifact of ${d.model} is damaged: ${d.reason}. Archive the model and train again.`
        : `The stored artifact of ${d.model} is damaged (sha256 ${d.found}, expected ${d.expected}).`,
  },
  'model.incompatible': {
    say: (d: { model: string; reason: string }) => `${d.model} cannot be used here: ${d.reason}`,
  },
  'kernel.unknown': {
    say: (d: { kernel: string }) =>
      `This version has no training kernel ${d.kernel.slice(0, 12)}. Use the version of DeltaTrain that trained with it.`,
  },
  'run.diverged': {
    say: (d: { epoch: number }) =>
      `Training diverged in epoch ${d.epoch} (the loss is not a number). Nothing was registered.`,
  },
  'run.leased': {
    say: (d: { training: string; owner: string; since: string }) =>
      `"${d.training}" is being trained by ${d.owner} since ${d.since}. Wait for it or cancel it there; a run whose program died is given up after a minute.`,
  },
  'run.interrupted': {
    say: (d: { training: string; snapshot: string | null }) =>
      `The run of "${d.training}" was interrupted. Nothing was registered${d.snapshot ? `; its snapshot "${d.snapshot}" is kept` : ''}. Run it again or discard it.`,
  },
  'run.refused': { say: (d: { what: string; why: string }) => `${d.what} was refused: ${d.why}` },
  'confirm.needed': { say: (d: { what: string; how: string }) => `${d.what} needs a confirmation: ${d.how}` },
  'limit.reached': {
    say: (d: { limit: LimitName; where: string; found?: number }) => limitSentence(d),
  },
  'usage.wrong': { say: (d: { message: string }) => d.message },
  'process.ended': {
    say: (d: { process: string; reason: string }) => `The ${d.process} process ended unexpectedly (${d.reason}).`,
  },
} as const satisfies Record<string, { say: (d: never) => string }>;

/**
 * The codes of the table above. They cross processes and stand in JSON documents: a code that was released keeps its
 * meaning.
 */
export type FailureCode = keyof typeof failures;
export type FailureData<C extends FailureCode> =
  Parameters<(typeof failures)[C]['say']> extends [infer D] ? D : undefined;

/** An expected failure. `message` is the sentence for a person; `code` and `data` are for programs. */
export class Failure<C extends FailureCode = FailureCode> extends Error {
  readonly code: C;
  readonly data: FailureData<C>;

  constructor(
    code: C,
    ...[data, options]: FailureData<C> extends undefined
      ? [data?: undefined, options?: { cause?: unknown }]
      : [data: FailureData<C>, options?: { cause?: unknown }]
  ) {
    super((failures[code].say as (d: unknown) => string)(data), options);
    this.name = 'Failure';
    this.code = code;
    this.data = data as FailureData<C>;
  }

  static is<C extends FailureCode>(error: unknown, code: C): error is Failure<C> {
    return error instanceof Failure && error.code === code;
  }
}

/** Whether a text that came from outside is a code of this version. */
export const isFailureCode = (text: string): text is FailureCode => Object.hasOwn(failures, text);

/** True when nobody heard how a statement that was sent ended, so that it must be looked at before it is sent again. */
export const mayHaveRun = (error: unknown): boolean =>
  (Failure.is(error, 'store.disconnected') && error.data.mayHaveRun) ||
  Failure.is(error, 'write.unsure') ||
  (Failure.is(error, 'store.lost') && error.data.what !== undefined);

/** Throws `Failure('cancelled')` when the signal has fired; call it between units of work. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Failure('cancelled');
}
