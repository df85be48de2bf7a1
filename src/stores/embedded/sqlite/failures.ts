/** What SQLite says, as failures of the product: by extended result code, here and nowhere else. */
import { checkNamed } from './writtenCheck.ts';
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { sayKept } from './keptText.ts';

interface SqliteError extends Error {
  readonly code: 'ERR_SQLITE_ERROR';
  /** Extended result code; its low byte is the primary one. */
  readonly errcode: number;
}

const isSqliteError = (error: unknown): error is SqliteError =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error;

const primary = {
  error: 1,
  perm: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  interrupt: 9,
  io: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  tooBig: 18,
  constraint: 19,
  auth: 23,
  notADb: 26,
};
const constraint = { check: 275, notNull: 1299, primaryKey: 1555, unique: 2067, rowId: 2579, dataType: 3091 };

/** `db.t.c` at the end of a message such as `UNIQUE constraint failed: db.t.a, db.t.b`. */
function columnsIn(message: string): { table: string; columns: string[] } {
  const parts = (message.split(': ').at(-1) ?? '').split(', ');
  const columns = parts.map((part) => part.slice(part.lastIndexOf('.') + 1));
  const first = parts[0] ?? '';
  return { table: first.slice(0, Math.max(0, first.lastIndexOf('.'))), columns };
}

type Mapping = (error: SqliteError) => Failure;

const sameKey: Mapping = (error) => {
  const { table, columns } = columnsIn(error.message);
  const detail = say('a row with the same {0} exists already', columns.join(', '));
  return new Failure('row.conflict', { table, detail }, { cause: error });
};

const refusedValue = (error: SqliteError, column: string | undefined, value: string, reason: string): Failure =>
  new Failure('value.refused', { column: column ?? '', value, reason }, { cause: error });

/** Our constraints are named `column: reason`, those of a person by what stands in them. */
const brokenCheck: Mapping = (error) => {
  const own = checkNamed(error.message.replace(/^CHECK constraint failed: /, ''));
  if (own) {
    const detail =
      own.name === null
        ? say('it breaks the CHECK ({0})', own.text)
        : say('it breaks the CHECK {0} ({1})', own.name, own.text);
    return new Failure('row.conflict', { table: say('A row'), detail }, { cause: error });
  }
  const [, column, reason] = /^CHECK constraint failed: (.*?): (.*)$/s.exec(error.message) ?? [];
  if (reason !== undefined) return refusedValue(error, column, say('given'), sayKept(reason));
  return new Failure('row.conflict', { table: say('A row'), detail: error.message }, { cause: error });
};

const wrongKind: Mapping = (error) => {
  const [, found = 'this', wanted = '', path = ''] =
    /^cannot store (\w+) value in (\w+) column (.*)$/s.exec(error.message) ?? [];
  const reason = say('the column holds {0} values', wanted.toLowerCase());
  return refusedValue(error, path.split('.').at(-1), `(${found.toLowerCase()})`, reason);
};

const constraints: ReadonlyMap<number, Mapping> = new Map([
  [constraint.unique, sameKey],
  [constraint.primaryKey, sameKey],
  [constraint.rowId, sameKey],
  [constraint.check, brokenCheck],
  [
    constraint.notNull,
    (error) => refusedValue(error, columnsIn(error.message).columns[0], 'NULL', say('the column is NOT NULL')),
  ],
  [constraint.dataType, wrongKind],
]);

function constraintFailure(error: SqliteError): Failure {
  const mapping = constraints.get(error.errcode);
  return mapping ? mapping(error) : new Failure('sql.failed', { message: error.message }, { cause: error });
}

function statementFailure(error: SqliteError): Failure {
  const { message } = error;
  const cause = { cause: error };
  const table = /^no such table: (?:main\.)?(.*)$/s.exec(message)?.[1];
  if (table !== undefined) return new Failure('table.unknown', { table }, cause);
  const column = /^(?:no such column: |table .* has no column named )(.*)$/s.exec(message)?.[1];
  if (column !== undefined) return new Failure('column.unknown', { column, table: say('The statement') }, cause);
  if (/syntax error|unrecognized token|incomplete input/.test(message)) {
    const near = /^near "(.*?)"/s.exec(message)?.[1];
    return new Failure('sql.syntax', { message, ...(near !== undefined && { near }) }, cause);
  }
  return new Failure('sql.failed', { message }, cause);
}

/** What the driver says of a cell that no statement of ours could have written. */
const isBeyondReason = (error: unknown): error is Error & { code: string } =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_OUT_OF_RANGE' || error.code === 'ERR_STRING_TOO_LONG');

/** The file is broken, or a definition of ours does not fit the others: then it was not written by us. */
const isDamage = ({ errcode, message }: SqliteError): boolean =>
  (errcode & 0xff) === primary.corrupt ||
  ((errcode & 0xff) === primary.error && /^error in (?:table|index|trigger|view) _dt_/.test(message));

/** The failure that an error of the driver stands for; anything that is not SQLite's comes back as it is. */
export function failureOf(error: unknown, store: string, backup: () => string | null): unknown {
  if (isBeyondReason(error))
    return new Failure(
      'store.damaged',
      { store, detail: say('a cell is beyond any size: {0}', error.message), backup: backup() },
      { cause: error },
    );
  if (!isSqliteError(error)) return error;
  const cause = { cause: error };
  if (isDamage(error)) return new Failure('store.damaged', { store, detail: error.message, backup: backup() }, cause);
  switch (error.errcode & 0xff) {
    case primary.busy:
    case primary.locked:
      return new Failure('store.locked', { store }, cause);
    case primary.readOnly:
      return new Failure('store.readOnly', { store }, cause);
    case primary.full:
      return new Failure('store.full', { store }, cause);
    case primary.notADb:
      return new Failure('store.notAStore', { store }, cause);
    case primary.cantOpen:
      return new Failure('store.unreachable', { store, reason: error.message }, cause);
    case primary.io:
      return new Failure('store.unreachable', { store, reason: error.message, inUse: true }, cause);
    case primary.perm:
    case primary.auth:
      return new Failure('store.denied', { store, reason: error.message }, cause);
    case primary.constraint:
      return constraintFailure(error);
    case primary.error:
      return statementFailure(error);
    default:
      return new Failure('sql.failed', { message: error.message }, cause);
  }
}
