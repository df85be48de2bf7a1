/** A MatrixOne server as the rest of this folder sees it: statements in, rows as they were sent out. */
import type { Release } from '../../../git4data/serverVersion.ts';

/** A column of an answer, from its packet. Those of DATA BRANCH DIFF say nothing but their name (and code). */
export interface ServerColumn {
  readonly name: string;
  /** The protocol's type code: 253 is VARCHAR. */
  readonly code: number;
  readonly charset: number;
  readonly unsigned: boolean;
  /** Digits after the point, or of the fraction of a second. */
  readonly decimals: number;
}

/** A row as the server sent it: the text of each cell as bytes, null for NULL. */
export type RawRow = readonly (Buffer | null)[];

/**
 * What is made of each row when it arrives, once the columns are known. A cell is a piece of a packet: values take a tenth of the
 * memory while rows wait for their taker.
 */
export type Reading<T> = (columns: readonly ServerColumn[]) => (row: RawRow) => T;

/** Some rows of an answer with its columns, read by whoever asked. */
export interface Page<T> {
  readonly columns: readonly ServerColumn[];
  readonly rows: readonly T[];
}

/** A whole answer of a short statement. */
export interface Answer extends Page<RawRow> {
  /** Rows changed by DML, 0 otherwise. */
  readonly affected: number;
}

/** How one statement is sent and given up. */
export interface StatementOptions {
  /** Kills the statement on the server, and ends in `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the first answer; then the statement is killed (`store.timeout`). Null for none; default the connection's setting. */
  readonly deadlineMs?: number | null;
  /** Whether it may change something; else its words say so. Only what changes nothing is sent again, and never said to have run. */
  readonly writes?: boolean;
  /** The database of unqualified names. */
  readonly database?: string | null;
  /** What LOAD DATA LOCAL of this statement reads. A server that asks for a file of any other statement is refused. */
  readonly infile?: AsyncIterable<Uint8Array>;
}

/** One connection: what is said on it is one after the other, and sees the same transaction. */
export interface ServerSession {
  run(sql: string, options?: StatementOptions): Promise<Answer>;
  /** Pages of `pageRows` rows (the last one shorter; one empty page when there are none), pulled: the server waits for who reads slowly. */
  stream<T>(
    sql: string,
    pageRows: number,
    read: Reading<T>,
    options?: StatementOptions,
  ): AsyncGenerator<Page<T>, Omit<Answer, 'rows'>>;
}

/** A connection that one caller has for itself. */
export interface OwnSession extends ServerSession {
  /** What the server calls the connection. */
  readonly id: number;
}

/** Statements of different callers run on different connections. */
export interface Server extends ServerSession {
  /** `host:port`, for sentences. */
  readonly label: string;
  readonly release: Release;
  /** True when the connection is encrypted. */
  readonly isEncrypted: boolean;
  /** Runs several statements on one connection of their own, such as a transaction; after a failure that connection is thrown away. */
  session<T>(work: (session: OwnSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
