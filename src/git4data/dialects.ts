/** What the SQL of a store can do, by whose it is: what the editor checks by, and what a script is given. */
import type { Dialect } from '../data/store.ts';

/** What differs between dialects; nobody asks for a dialect by its name. */
export interface DialectFacts {
  /** It runs queries and changes at all: where it does not, nothing is kept beside the data either. */
  readonly runsQueries: boolean;
  /** Every statement is held to the types of its columns before it runs, so what would be refused can be said before. */
  readonly isTyped: boolean;
  /** Its release decides what it understands. */
  readonly hasReleases: boolean;
  /** What a script sets up holds for the statements after it (SET, LOCK TABLES), and its comments are read by their version. */
  readonly hasSessions: boolean;
  /** Foreign keys, ON UPDATE and partitions of a table are kept. */
  readonly keepsTableParts: boolean;
  /** Git-for-data statements beyond the store port are run as they are written: branches, recovery windows, accounts, OUTPUT AS. */
  readonly runsGitForData: boolean;
}

const own: DialectFacts = {
  runsQueries: true,
  isTyped: true,
  hasReleases: false,
  hasSessions: false,
  keepsTableParts: false,
  runsGitForData: false,
};

/** By whose SQL it is. */
export const dialects: Readonly<Record<Dialect, DialectFacts>> = {
  own,
  matrixone: {
    runsQueries: true,
    isTyped: false,
    hasReleases: true,
    hasSessions: true,
    keepsTableParts: true,
    runsGitForData: true,
  },
  none: { ...own, runsQueries: false, isTyped: false },
};

/** What is known of the dialect of a connection; null where there is none. */
export const dialectOf = (connection: { readonly dialect: Dialect } | null): DialectFacts | null =>
  connection && dialects[connection.dialect];
