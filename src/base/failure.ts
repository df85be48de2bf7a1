/** Expected failures: a closed table of codes, the data each carries, and the one sentence it becomes. */

type Counts = { inserted: number; updated: number; deleted: number };

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
    say: (d: { store: string }) => `The process that served ${d.store} ended. It is started again on the next request.`,
  },
  'store.unsure': {
    say: (d: { table: string; snapshot: string; reason: string }) =>
      `"${d.snapshot}" of ${d.table} can no longer be trusted: ${d.reason}. Create a new snapshot.`,
  },

  'sql.syntax': { say: (d: { message: string; near?: string }) => `The statement cannot be read: ${d.message}` },
  'sql.failed': { say: (d: { message: string }) => d.message },
  'sql.unsupported': {
    say: (d: { what: string; hint?: string }) => `${d.what} is not supported here.${d.hint ? ` ${d.hint}` : ''}`,
  },

  'database.unknown': { say: (d: { database: string }) => `There is no database "${d.database}".` },
  'table.unknown': {
    say: (d: { table: string; near?: string | null }) =>
      `There is no table "${d.table}".${d.near ? ` Did you mean "${d.near}"?` : ''}`,
  },
  'table.exists': { say: (d: { table: string }) => `The table "${d.table}" exists already.` },
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
      `"${d.snapshot}" cannot name a snapshot: use lower-case letters, digits and _, at most 64, not starting with a digit.`,
  },
  'version.needed': {
    say: (d: { snapshot: string; models: string }) =>
      `"${d.snapshot}" is needed by ${d.models}. Archive the model first, or delete it with force.`,
  },
  'version.replaced': {
    say: (d: { snapshot: string; model: string }) =>
      `"${d.snapshot}" was dropped and made again since ${d.model} was trained, so it is not its base any more. Train fully.`,
  },

  'delta.empty': {
    say: (d: { table: string; from: string; to: string }) =>
      `Nothing changed in ${d.table} between ${d.from} and ${d.to}.`,
  },
  'delta.schemaChanged': {
    say: (d: { table: string; detail: string }) =>
      `The columns of ${d.table} differ between the two versions: ${d.detail}.`,
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
    say: (d: { connection: string; near?: string | null }) =>
      `There is no connection "${d.connection}".${d.near ? ` Did you mean "${d.near}"?` : ''}`,
  },
  'connection.outside': {
    say: (d: { path: string }) => `The store ${d.path} lies outside the workspace. Choose it in a dialog to allow it.`,
  },
  'workspace.untrusted': { say: () => 'This workspace is not trusted, so nothing it names is opened. Trust it first.' },

  'training.unknown': {
    say: (d: { training: string; near?: string | null }) =>
      `There is no training "${d.training}".${d.near ? ` Did you mean "${d.near}"?` : ''}`,
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
    say: (d: { model: string; expected: string; found: string }) =>
      `The stored artifact of ${d.model} is damaged (sha256 ${d.found}, expected ${d.expected}).`,
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
  'usage.wrong': { say: (d: { message: string }) => d.message },
  'process.ended': {
    say: (d: { process: string; reason: string }) => `The ${d.process} process ended unexpectedly (${d.reason}).`,
  },
} as const satisfies Record<string, { say: (d: never) => string }>;

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

export const isFailureCode = (text: string): text is FailureCode => Object.hasOwn(failures, text);

/** Throws `Failure('cancelled')` when the signal has fired; call it between units of work. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Failure('cancelled');
}
