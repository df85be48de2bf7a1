/** The statements of git-for-data, one line each: what they do, how they are written, what they change. */
import { later } from '../base/say.ts';
import type { StatementKind } from './ast.ts';

export interface StatementDoc {
  readonly title: string;
  /** What it does, in one sentence. */
  readonly sentence: string;
  /** What it costs and what to look out for. */
  readonly cost: string;
  /** Grammar for people: `[ ]` is optional, `|` a choice. */
  readonly syntax: readonly string[];
  /** A snippet with tab stops, for completion; null where typing it whole is no help. */
  readonly snippet: string | null;
  /** True when it changes rows, tables or snapshots. */
  readonly writes: boolean;
  readonly example: string;
}

/** Statements with a form of their own; everything else is ordinary SQL. */
export type DocumentedKind = Exclude<StatementKind, 'select' | 'other' | 'broken'>;

/**
 * What is said of each kind of statement: hover, completion, the outline and the generated docs/language.md read it
 * here.
 */
export const statements: Readonly<Record<DocumentedKind, StatementDoc>> = {
  createSnapshot: {
    title: 'CREATE SNAPSHOT',
    sentence: later('Gives the data as they are now a name, so that they can be read, compared and restored later.'),
    cost: later(
      'Takes milliseconds whatever the size of the table; nothing is copied. Names are lower case and unique. ACCOUNT and CLUSTER need MatrixOne.',
    ),
    syntax: [
      'CREATE SNAPSHOT [IF NOT EXISTS] name FOR TABLE database table',
      'CREATE SNAPSHOT [IF NOT EXISTS] name FOR DATABASE database',
      'CREATE SNAPSHOT [IF NOT EXISTS] name FOR ACCOUNT [account] | CLUSTER',
    ],
    snippet: 'CREATE SNAPSHOT ${1:name} FOR TABLE ${2:database} ${3:table};',
    writes: true,
    example: 'CREATE SNAPSHOT samples_v1 FOR TABLE shop samples;',
  },
  dropSnapshot: {
    title: 'DROP SNAPSHOT',
    sentence: later('Forgets a snapshot; the live table stays as it is.'),
    cost: later('What only this snapshot could read is gone for good, and models trained on it lose their base.'),
    syntax: ['DROP SNAPSHOT [IF EXISTS] name'],
    snippet: 'DROP SNAPSHOT ${1:name};',
    writes: true,
    example: 'DROP SNAPSHOT samples_v1;',
  },
  showSnapshots: {
    title: 'SHOW SNAPSHOTS',
    sentence: later('Lists the snapshots, newest first: name, time, level, database and table.'),
    cost: later('Reads the catalog only. WHERE runs on MatrixOne; the embedded engine lists all of them.'),
    syntax: ['SHOW SNAPSHOTS [WHERE condition]'],
    snippet: 'SHOW SNAPSHOTS;',
    writes: false,
    example: 'SHOW SNAPSHOTS;',
  },
  diff: {
    title: 'DATA BRANCH DIFF',
    sentence: later(
      'Shows the rows that changed from the table after AGAINST (the older side) to the first table (the newer side); of two tables, what became of each since they were one.',
    ),
    cost: later(
      'Its cost follows the number of changed rows, not the size of the table; tables that never were one are compared whole. The newer side stands first.',
    ),
    syntax: [
      "DATA BRANCH DIFF table[{SNAPSHOT = 'newer'}] AGAINST table{SNAPSHOT = 'older'} [COLUMNS (a, b)]",
      "DATA BRANCH DIFF branch[{SNAPSHOT = 'name'}] AGAINST table[{SNAPSHOT = 'name'}] [COLUMNS (a, b)]",
      "  [OUTPUT SUMMARY | COUNT | LIMIT n | FILE 'folder' | AS database.table]",
    ],
    snippet:
      "DATA BRANCH DIFF ${1:table} AGAINST ${1:table}{SNAPSHOT = '${2:snapshot}'} OUTPUT ${3|SUMMARY,COUNT,LIMIT 100|};",
    writes: false,
    example: "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT = 'samples_v1'} OUTPUT SUMMARY;",
  },
  restore: {
    title: 'RESTORE',
    sentence: later('Takes a table or a database back to what it was at a snapshot.'),
    cost: later(
      'Replaces the live data at once. At database level, tables made after the snapshot are dropped. DeltaTrain takes a safety snapshot first; not at account level, which needs MatrixOne and drops every database made since.',
    ),
    syntax: [
      "RESTORE TABLE database.table {SNAPSHOT = 'name'}",
      "RESTORE DATABASE database {SNAPSHOT = 'name'}",
      "RESTORE ACCOUNT account {SNAPSHOT = 'name'}",
    ],
    snippet: "RESTORE TABLE ${1:database}.${2:table} {SNAPSHOT = '${3:snapshot}'};",
    writes: true,
    example: "RESTORE TABLE shop.samples {SNAPSHOT = 'samples_v1'};",
  },
  branch: {
    title: 'DATA BRANCH CREATE | DELETE | MERGE | PICK',
    sentence: later('Makes a branch of a table, takes one away, or brings the changes of one table into another.'),
    cost: later(
      'On the embedded engine a branch is a copy: about a second and 80 MB for a million rows of ten columns. MERGE and PICK cost what changed since the two parted. A row that both sides changed, each to other values, is a conflict. A branch that is merged again brings what it changed again, also over a row that was set back in the table to what it was before the first merge.',
    ),
    syntax: [
      "DATA BRANCH CREATE TABLE branch FROM table[{SNAPSHOT = 'name'}]",
      "DATA BRANCH CREATE DATABASE branch FROM database[{SNAPSHOT = 'name'}]",
      "DATA BRANCH MERGE branch[{SNAPSHOT = 'name'}] INTO table [WHEN CONFLICT FAIL | SKIP | ACCEPT]",
      'DATA BRANCH PICK branch INTO table KEYS (key, … | SELECT …) [WHEN CONFLICT FAIL | SKIP | ACCEPT]',
      'DATA BRANCH PICK branch INTO table BETWEEN SNAPSHOT older AND newer [KEYS (…)] [WHEN CONFLICT …]',
      'DATA BRANCH DELETE TABLE branch | DATABASE branch',
    ],
    snippet: 'DATA BRANCH CREATE TABLE ${1:branch} FROM ${2:table};',
    writes: true,
    example: 'DATA BRANCH CREATE TABLE samples_review FROM samples;',
  },
  clone: {
    title: 'CREATE TABLE … CLONE',
    sentence: later('Makes a table with the rows of another one, now or at a snapshot.'),
    cost: later('A clone has no history in common with its source, so a later comparison reads both tables whole.'),
    syntax: ["CREATE TABLE copy CLONE table[{SNAPSHOT = 'name'}]"],
    snippet: "CREATE TABLE ${1:copy} CLONE ${2:table}{SNAPSHOT = '${3:snapshot}'};",
    writes: true,
    example: "CREATE TABLE samples_then CLONE samples{SNAPSHOT = 'samples_v1'};",
  },
  pitr: {
    title: 'PITR',
    sentence: later('Keeps every moment of a period readable, and restores to a moment of it.'),
    cost: later('Runs on MatrixOne; the embedded engine keeps snapshots only.'),
    syntax: [
      "CREATE PITR name FOR DATABASE database RANGE n 'h' | 'd' | 'mo' | 'y'",
      "RESTORE DATABASE database FROM PITR name 'yyyy-mm-dd hh:mm:ss'",
    ],
    snippet: null,
    writes: true,
    example: "CREATE PITR hourly FOR DATABASE shop RANGE 1 'h';",
  },
};

export interface HintDoc {
  readonly syntax: string;
  readonly sentence: string;
}

/** What may stand in braces behind a table. */
export const hints: readonly HintDoc[] = [
  {
    syntax: "table{SNAPSHOT = 'name'}",
    sentence: later(
      'Reads the table as it was at the snapshot. Names in quotes are not folded: write them in lower case.',
    ),
  },
  {
    syntax: "table{TIMESTAMP = 'yyyy-mm-dd hh:mm:ss'}",
    sentence: later('Reads the table at a time (UTC). MatrixOne only.'),
  },
  {
    syntax: 'table{MO_TS = nanoseconds}',
    sentence: later('Reads the table at a time in nanoseconds since 1970. MatrixOne only.'),
  },
];
