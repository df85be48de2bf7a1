/** What can go wrong with what is asked of a store, and with files. */
import { didYouMean } from '../nearest.ts';
import { say, together } from '../say.ts';

const unchanged = (): string => say('Nothing was changed.');

/** The codes of this part of the table, the data each carries, and its sentence. */
export const tableFailures = {
  'sql.syntax': { say: (d: { message: string; near?: string }) => say('The statement cannot be read: {0}', d.message) },
  'sql.failed': { say: (d: { message: string }) => d.message },
  'sql.unsupported': {
    say: (d: { what: string; hint?: string }) => together(say('{0} is not supported here.', d.what), d.hint),
  },
  'sql.inTransaction': {
    say: (d: { what: string }) => say('{0} cannot run inside an open transaction. Commit or roll back first.', d.what),
  },
  'sql.tooBig': {
    say: () =>
      say('The statement is larger than the server takes in one packet (max_allowed_packet). Send it in parts.'),
  },
  'permission.missing': {
    say: (d: { what: string; need: string }) => say('{0} needs {1}. Ask an administrator for it.', d.what, d.need),
  },
  'account.unknown': { say: (d: { account: string }) => say('There is no account "{0}".', d.account) },
  'session.unknown': {
    say: (d: { session: string }) => say('There is no session {0} to stop: it has ended already.', d.session),
  },
  'database.unknown': {
    say: (d: { database: string; hint?: string }) => together(say('There is no database "{0}".', d.database), d.hint),
  },
  'database.exists': { say: (d: { database: string }) => say('The database "{0}" exists already.', d.database) },
  'table.unknown': {
    say: (d: { table: string; near?: string | null }) =>
      together(say('There is no table "{0}".', d.table), didYouMean(d.near)),
  },
  'table.exists': {
    say: (d: { table: string; hint?: string }) => together(say('The table "{0}" exists already.', d.table), d.hint),
  },
  'table.noKey': {
    say: (d: { table: string }) => say('{0} has no primary key. Name the key columns that make a row unique.', d.table),
  },
  'table.duplicateKey': {
    say: (d: { table: string; key: string; value: string; line?: number | null }) =>
      together(
        d.line
          ? say(
              'The key ({0}) of {1} is not unique: {2} stands there twice (again in line {3}).',
              d.key,
              d.table,
              d.value,
              d.line,
            )
          : say('The key ({0}) of {1} is not unique: {2} stands there twice.', d.key, d.table, d.value),
        unchanged(),
      ),
  },
  'column.unknown': {
    say: (d: { column: string; table: string; near?: string | null }) =>
      together(say('{0} has no column "{1}".', d.table, d.column), didYouMean(d.near)),
  },
  'condition.refused': {
    say: (d: { at: number; what: string; hint?: string }) =>
      together(say('The condition cannot be used: at character {0}, {1}.', d.at, d.what), d.hint, unchanged()),
  },
  'value.refused': {
    say: (d: { column: string; value: string; reason: string; line?: number | null; file?: string }) =>
      together(
        d.line && d.file !== undefined
          ? say(
              '{0}, line {1}: the value {2} does not fit the column "{3}": {4}.',
              d.file,
              d.line,
              d.value,
              d.column,
              d.reason,
            )
          : d.line
            ? say('The value {0} does not fit the column "{1}" (line {2}): {3}.', d.value, d.column, d.line, d.reason)
            : say('The value {0} does not fit the column "{1}": {2}.', d.value, d.column, d.reason),
        unchanged(),
      ),
  },
  'row.conflict': { say: (d: { table: string; detail: string }) => `${d.table}: ${d.detail}` },
  'file.unreadable': { say: (d: { file: string; reason: string }) => say('Cannot read {0}: {1}', d.file, d.reason) },
  'file.empty': { say: (d: { file: string }) => say('{0} has no rows. Nothing was changed.', d.file) },
  'file.badLine': {
    say: (d: { file: string; line: number; column?: number | string | null; reason: string }) =>
      together(
        d.column === undefined || d.column === null
          ? say('{0}, line {1}: {2}.', d.file, d.line, d.reason)
          : say('{0}, line {1}, column {2}: {3}.', d.file, d.line, d.column, d.reason),
        unchanged(),
      ),
  },
  'file.otherColumns': {
    say: (d: { file: string; table: string; missing: readonly string[]; unknown: readonly string[] }) => {
      const list = (names: readonly string[]): string =>
        names.slice(0, 5).join(', ') + (names.length > 5 ? say(' and {0} more', names.length - 5) : '');
      const [first = ''] = d.unknown;
      if (d.unknown.length === 0)
        return say(
          '{0} has no {1}, which {2} has. Leave it as it is with --leave-columns (NULL in new rows), or name a column for it with --map.',
          d.file,
          list(d.missing),
          d.table,
        );
      if (d.missing.length === 0)
        return say(
          '{0} has {1}, which {2} has not. Add it with --add-columns, leave it out with --skip or --leave-columns, or map it with --map.',
          d.file,
          list(d.unknown),
          d.table,
        );
      return say(
        '{0} has no {1}, which {2} has, and {3} is new. Map (--map {4}={5}), add (--add-columns) or leave (--leave-columns).',
        d.file,
        list(d.missing),
        d.table,
        list(d.unknown),
        first,
        d.missing[0] ?? '',
      );
    },
  },
  'file.disagrees': {
    say: (d: { file: string; other: string; missing: readonly string[]; unknown: readonly string[] }) =>
      together(
        say('{0} has other columns than {1}.', d.file, d.other),
        d.missing.length > 0 && say('It has no {0}.', d.missing.slice(0, 5).join(', ')),
        d.unknown.length > 0 && say('New is {0}.', d.unknown.slice(0, 5).join(', ')),
        unchanged(),
      ),
  },
  'file.sameName': {
    say: (d: { file: string; first: string; second: string; name: string }) =>
      say(
        '{0} has the columns "{1}" and "{2}", which are one name in a table. Rename one (--rename {2}=…) or leave it out (--skip {2}).',
        d.file,
        d.first,
        d.second,
      ),
  },
  'file.unknownFormat': {
    say: (d: { file: string }) => say('{0}: the name must end in .csv, .tsv, .jsonl, .ndjson or .parquet.', d.file),
  },
  'file.unwritable': { say: (d: { file: string; reason: string }) => say('Cannot write {0}: {1}', d.file, d.reason) },
  'table.view': {
    say: (d: { table: string }) =>
      say(
        '{0} is a view, or something else that is no ordinary table. Pin, train on, compare and export a table: CREATE TABLE … AS SELECT * FROM {0} makes one of what it shows now.',
        d.table,
      ),
  },
} as const satisfies Record<string, { say: (d: never) => string }>;
