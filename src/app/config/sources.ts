/** What tables are built from where their store is not there yet: files of the folder, as deltatrain.json names them. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import type { Reading } from '../../data/loading/reading.ts';
import { parseTableName, type TableName } from '../../data/table.ts';
import { type Config, configFile, connectionOf, readingOf } from './config.ts';

/** A table with what it is built from. */
export interface Source {
  readonly connection: string;
  readonly table: TableName;
  /** Names and patterns below the folder of the file, as they are written. */
  readonly files: readonly string[];
  readonly key: readonly string[];
  readonly reading: Reading;
}

const wrong = (what: string, why: string): Failure => new Failure('run.refused', { what, why });

/**
 * Every source of the file, in its order; what `imports` remembers of the same table is read so where the source says nothing else.
 * `connection.unknown`; `run.refused` for a name that is no `db.t`, and where it is not said which of several connections is meant.
 */
export function sourcesOf(config: Config): Source[] {
  const names = Object.keys(config.connections);
  return Object.entries(config.sources).map(([name, source]) => {
    const { files, key, connection = names.length === 1 ? names[0] : undefined, ...reading } = source;
    const what = say('Building {0}', name);
    const table = parseTableName(name);
    if (!table) throw wrong(what, say('its name is written as database.table.'));
    if (connection === undefined)
      throw wrong(
        what,
        names.length === 0
          ? say('{0} names no connection.', configFile)
          : say('{0} names several connections: say which one with "connection".', configFile),
      );
    connectionOf(config, connection);
    const remembered = readingOf(config, connection, name);
    return {
      connection,
      table,
      files: typeof files === 'string' ? [files] : files,
      key,
      reading: { ...remembered, ...reading },
    };
  });
}
