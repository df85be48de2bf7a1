/** Expected failures: a closed table of codes, the data each carries, and the one sentence it becomes. */
import { limitSentence, type LimitName } from './limits.ts';

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

  'store.unreachable': { say: (d: { store: string; reason: string }) => `Cannot open ${d.store}: ${d.reason}` },
  'store.denied': { say: (d: { store: string; reason: string }) => `${d.store} refused: ${d.reason}` },
  'store.readOnly': { say: (d: { store: string }) => `${d.store} is read-only, so nothing was changed.` },
  'store.locked': {
    say: (d: { store: string }) =>
      `${d.store} is locked by another program that writes to it. Close that program's transaction and try again.`,
  },
  'store.full': { say: (d: { store: string }) => `${d.store} cannot grow: the disk is full. Nothing was changed.` },
  'store.notAStore': {
    say: (d: { store: string }) =>
      `${d.store} is not a DeltaTrain store, so it was left untouched. Choose another path.`,
  },
  'store.damaged': {
    say: (d: { store: string; detail: string; backup: string | null }) =>
      `${d.store} is damaged (${d.detail}). ${d.backup === null ? 'There is no backup beside it.' : `Its last backup is ${d.backup}.`}`,
  },
  'store.newer': {
    say: (d: { store: string; version: number; known: number }) =>
      `${d.store} was written by a newer DeltaTrain (format ${d.version}; this one knows ${d.known}). Update DeltaTrain to open it.`,
  },
  'store.unsupported': { say: (d: { what: string; hint?: string }) => `${d.what}${d.hint ? ` ${d.hint}` : ''}` },
  'store.noSqlite': {
    say: (d: { node: string }) =>
      `This Node (${d.node}) has no node:sqlite that gives rows as arrays. Use Node 22.16 or newer, or VS Code 1.106 or newer.`,
  },
  'store.lost': {
    /** `what`: what was under way and may have been done; it is done wholly or not at all. */
    say: (d: { store: string; what?: string }) =>
      d.what === undefined
        ? `The process that served ${d.store} ended. It is started again on the next request.`
        : `The process that served ${d.store} ended, and ${d.what} was under way and may have run. Look before you run it again.`,
  },
  'store.unsure': {
    say: (d: { table: string; snapshot: string; reason: string }) =>
      `"${d.snapshot}" of ${d.table} can no longer be trusted: ${d.reason}. Create a new snapshot.`,
  },
  'store.wrongPassword': {
    say: (d: { store: string; user: string; hint?: string }) =>
      `${d.store} refused the password of ${d.user}.${d.hint ? ` ${d.hint}` : ''}`,
  },
  'store.noTls': {
    say: (d: { store: string }) =>
      `${d.store} does not offer TLS, and this connection requires it. Switch TLS on at the server, or set it to "preferred" or "off" here.`,
  },
  'store.openLine': {
    say: (d: { store: string; method: string; tls: 'off' | 'preferred' }) =>
      `${d.store} asks for the password itself (${d.method}), and the connection to it is not encrypted, so it was not sent. ${
        d.tls === 'off'
          ? 'TLS is off here'
          : 'TLS is "preferred" here, which goes on unencrypted where the server offers none'
      }: set "tls": "required" and switch TLS on at the server, or let the user log in by mysql_native_password.`,
  },
  'store.flooded': {
    say: (d: { store: string; most: string; what: 'login' | 'columns' | 'row' | 'answer' }) =>
      `${d.store} sent more than ${d.most} ${
        {
          login: 'before the login was over',
          columns: 'before the first row',
          row: 'in one row',
          answer: 'where a short answer was expected',
        }[d.what]
      }, so the connection was closed. Check that it is a MatrixOne server.`,
  },
  'store.badCertificate': {
    say: (d: { store: string; reason: string }) =>
      `The certificate of ${d.store} cannot be trusted: ${d.reason}. Give the certificate of its authority (CA), or correct the host name.`,
  },
  'store.notMatrixone': {
    say: (d: { store: string; found: string }) =>
      `${d.store} is not a MatrixOne server (${d.found}). Check the host and the port; MatrixOne's is usually 6001.`,
  },
  'store.timeout': {
    say: (d: { store: string; seconds: number }) =>
      `${d.store} did not answer within ${d.seconds} s, so the statement was stopped. Ask for less, or raise the connection's time limit.`,
  },
  /**
   * A cancel (`seconds` null) or a time-out came after something was sent that changes data. `done`: a look afterwards found it
   * done; `kept`: the snapshot that holds what was there before.
   */
  'write.unsure': {
    say: (d: { store: string; what: string; seconds: number | null; done: boolean; kept: string | null }) => {
      const came = d.done ? `${d.what} was done` : `${d.what} was sent and may have run`;
      const kept = d.kept === null ? '' : ` What was before is kept as ${d.kept}.`;
      const look = d.done || d.kept !== null ? '' : ' Look before you run it again.';
      return `${d.seconds === null ? 'Cancelled too late' : `${d.store} did not answer within ${d.seconds} s`}: ${came}.${kept}${look}`;
    },
  },
  /** `mayHaveRun`: what was sent changes data, and nobody knows whether it did. */
  'store.disconnected': {
    say: (d: { store: string; mayHaveRun: boolean; reason: string }) =>
      `The connection to ${d.store} was lost (${d.reason}). ${d.mayHaveRun ? 'The statement may have run: look before you run it again.' : 'Nothing was changed: run it again.'}`,
  },
  'scratch.left': {
    say: (d: { store: string; databases: string }) =>
      `A scratch database could not be dropped from ${d.store}: ${d.databases}. It holds a copy of a version that was compared; the next comparison after six hours drops it, or DROP DATABASE now.`,
  },
  'store.askedForFile': {
    say: (d: { store: string; file: string }) =>
      `${d.store} asked for the file ${d.file}, which no statement offered. Nothing was sent, and the connection was closed: do not trust this server.`,
  },
  'store.overloaded': {
    say: (d: { store: string; reason: string }) =>
      `${d.store} has no memory left for this statement (${d.reason}). Ask for less, or try again later.`,
  },

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
