/** mysql2 as it is, for the tests of the replay server: asks, and shows what came in the words of the transcripts. */
import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { type Connection, createConnection, type FieldPacket, type QueryError } from 'mysql2';

interface RawField {
  buffer(): Buffer | null;
}

const textOf = (bytes: Buffer | null): string | null | { $b64: string } => {
  if (bytes === null) return null;
  return isUtf8(bytes) ? bytes.toString('utf8') : { $b64: bytes.toString('base64') };
};

/** A connection that is made at once; its own failures come with the statement that they hit. */
export function clientOf(url: string, user?: string): Connection {
  const { hostname, port, username, password } = new URL(url);
  const connection = createConnection({
    host: hostname,
    port: Number(port),
    user: user ?? username,
    password,
    typeCast: (field: unknown) => textOf((field as RawField).buffer()),
    infileStreamFactory: () => Readable.from([]),
  });
  connection.on('error', () => undefined);
  return connection;
}

export interface Told {
  readonly error?: Readonly<Record<string, unknown>>;
  readonly columns?: readonly Readonly<Record<string, unknown>>[];
  readonly rows?: readonly unknown[];
  readonly affectedRows?: number;
  readonly info?: string;
  readonly serverStatus?: number;
}

/** The fields of a column packet that mysql2 keeps. */
interface NativeColumn {
  readonly columnType?: number;
  readonly columnLength?: number;
  readonly characterSet?: number;
}

const columnOf = (field: FieldPacket): Readonly<Record<string, unknown>> => {
  const { columnType, columnLength, characterSet } = field as NativeColumn;
  const { name, flags, decimals, table, orgTable, orgName } = field;
  const type = columnType ?? field.type;
  return { name, type, flags, length: columnLength, decimals, charset: characterSet, table, orgTable, orgName };
};

const errorOf = ({ errno, code, sqlState, sqlMessage, message }: QueryError & { sqlMessage?: string }): Told => ({
  error: { errno, code, sqlState, message: sqlMessage ?? message },
});

/** The answer to a statement, failures included; never rejects. */
export function ask(connection: Connection, sql: string, infile?: () => Readable): Promise<Told> {
  return new Promise((done) => {
    const options = { sql, rowsAsArray: true, ...(infile && { infileStreamFactory: infile }) };
    connection.query(options, (error: QueryError | null, rows: unknown, fields: FieldPacket[] | undefined) => {
      if (error) return done(errorOf(error));
      if (!Array.isArray(rows)) {
        const { affectedRows, info, serverStatus } = rows as Told;
        return done({
          ...(affectedRows !== undefined && { affectedRows }),
          ...(info !== undefined && { info }),
          ...(serverStatus !== undefined && { serverStatus }),
        });
      }
      const isOne = fields?.every((field: FieldPacket | undefined) => field?.name !== undefined);
      done(isOne && fields ? { columns: fields.map(columnOf), rows } : { rows });
    });
  });
}
