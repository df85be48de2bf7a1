/** Reads deltatrain.json: connections and trainings of a workspace folder, checked against the published schema. */
import { say } from '../../base/say.ts';
import { getNodeValue } from 'jsonc-parser';
import schema from '../../../media/deltatrain.schema.json' with { type: 'json' };
import { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import type { LeakRule } from '../../data/training.ts';
import type { Reading } from '../../data/loading/reading.ts';
import type { ChecksByTable, CheckRule } from './checkRules.ts';
import { jsonChecker } from './jsonSchema.ts';

/** What the configuration of a folder is called, at its root. */
export const configFile = 'deltatrain.json';

/** What a connection is for; on `production` whatever changes data is confirmed with the name typed. */
export type Environment = 'development' | 'staging' | 'production';

/** A file as deltatrain.json names it, its defaults filled in. */
export interface EmbeddedConfig {
  readonly kind: 'embedded';
  /** Relative to the folder of the file, or absolute; the caller decides whether it may lie outside. */
  readonly path: string;
  readonly environment: Environment;
  readonly readOnly: boolean;
}

/** A server as deltatrain.json names it, its defaults filled in; a password never stands there. */
export interface MatrixoneConfig {
  readonly kind: 'matrixone';
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly database: string | null;
  readonly tls: 'off' | 'preferred' | 'required';
  readonly ca: string | null;
  readonly environment: Environment;
  readonly readOnly: boolean;
  readonly statementTimeoutSeconds: number;
}

/** A connection as deltatrain.json names it, told by `kind`. */
export type ConnectionConfig = EmbeddedConfig | MatrixoneConfig;

/** A program that trains, as it is written: what it may use is filled in from the schema. */
export interface OutsideConfig {
  readonly command: readonly string[];
  readonly env?: readonly string[];
  /** Its own options. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly minutes?: number;
  readonly megabytes?: number;
  readonly memory?: number;
  readonly replay?: number;
}

/** What becomes of a run whose changes are suspect. */
export type OnSuspect = 'hold' | 'quarantine' | 'warn';

/** How rows are split, as it is written: by a group, a time, a column or a table. */
export interface SplitConfig {
  readonly group?: readonly string[];
  readonly time?: string;
  readonly column?: string;
  /** Of the same database; the column is then one of it. */
  readonly table?: string;
  /** From where on rows are test and validation rows; or the values of those rows. */
  readonly test?: string | number;
  readonly validation?: string | number;
  /** Names of 0.1's schema, which nothing ever read. */
  readonly train?: string;
  readonly tune?: string;
  readonly tables?: unknown;
}

/** A training as it is written, before its table is known; every field is what the schema says of it. */
export interface TrainingConfig {
  readonly connection: string;
  readonly table: string;
  readonly key?: readonly string[];
  readonly label: string;
  readonly task?: 'classification' | 'regression';
  readonly features?: readonly string[];
  readonly exclude?: readonly string[];
  readonly types?: Readonly<Record<string, string>>;
  readonly learner?: string | OutsideConfig;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly policy?: string;
  readonly seed?: number;
  readonly test?: number;
  readonly validation?: number;
  /** What `validation` was called in 0.1. */
  readonly tune?: number;
  readonly testRows?: number | 'all';
  readonly validationRows?: number | 'all';
  readonly split?: SplitConfig;
  /** What tells of leaks, and of which nothing is to be said. */
  readonly leaks?: LeakRule;
  readonly metric?: string;
  readonly slices?: readonly string[];
  readonly segment?: unknown;
  readonly guard?: {
    readonly maxDrop?: number;
    readonly fullAfterUpdates?: number;
    readonly fullAfterShare?: number;
    readonly maxDeletes?: number;
  };
  readonly watch?: unknown;
  /** By names of a person's own. */
  readonly checks?: Readonly<Record<string, CheckRule>>;
  readonly onSuspect?: OnSuspect;
  /** Programs, as argv. */
  readonly on?: { readonly held?: readonly string[] };
  readonly keep?: number;
  readonly registry?: { readonly connection?: string };
}

/** What a table is built from where its store is not there yet, as it is written; `files`: names and patterns below the folder. */
export interface SourceConfig extends Omit<Reading, 'addColumns' | 'leaveColumns'> {
  readonly files: string | readonly string[];
  readonly key: readonly string[];
  readonly connection?: string;
}

/** A deltatrain.json, read and checked: connections and trainings by their names. */
export interface Config {
  readonly connections: Readonly<Record<string, ConnectionConfig>>;
  readonly trainings: Readonly<Record<string, TrainingConfig>>;
  /** How files of a table are read, by connection and `db.t`. */
  readonly imports: Readonly<Record<string, Readonly<Record<string, Reading>>>>;
  /** What tables are built from, by `db.t`. */
  readonly sources: Readonly<Record<string, SourceConfig>>;
  /** What must hold of tables. */
  readonly checks: ChecksByTable;
}

/** What an empty file says. */
export const emptyConfig: Config = { connections: {}, trainings: {}, imports: {}, sources: {}, checks: {} };

/** A problem in the text; `line` and `column` count from 1. */
export interface ConfigProblem {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

type Written<C> = Partial<C> & Pick<C, keyof C & 'kind'>;

function completeConnection(written: Written<ConnectionConfig>): ConnectionConfig {
  const common = { environment: written.environment ?? 'development', readOnly: written.readOnly ?? false } as const;
  if (written.kind === 'embedded') return { kind: 'embedded', path: written.path ?? '', ...common };
  return {
    kind: 'matrixone',
    host: written.host ?? '',
    port: written.port ?? 6001,
    user: written.user ?? null,
    database: written.database ?? null,
    tls: written.tls ?? 'preferred',
    ca: written.ca ?? null,
    ...common,
    statementTimeoutSeconds: written.statementTimeoutSeconds ?? 60,
  };
}

function place(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const check = jsonChecker(schema);

function parse(text: string): { config: Config; problems: ConfigProblem[] } {
  // A byte-order mark is not JSON, but editors on Windows write it.
  const { root, problems } = check(text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text);
  const written = (root && problems.length === 0 ? getNodeValue(root) : {}) as {
    connections?: Record<string, Written<ConnectionConfig>>;
    trainings?: Record<string, TrainingConfig>;
    imports?: Record<string, Record<string, Reading>>;
    sources?: Record<string, SourceConfig>;
    checks?: ChecksByTable;
  };
  const connections = Object.entries(written.connections ?? {}).map(
    ([name, connection]) => [name, completeConnection(connection)] as const,
  );
  return {
    config: {
      connections: Object.fromEntries(connections),
      trainings: written.trainings ?? {},
      imports: written.imports ?? {},
      sources: written.sources ?? {},
      checks: written.checks ?? {},
    },
    problems: problems.map((problem) => ({ ...problem, ...place(text, problem.offset) })),
  };
}

/** Every problem of the text, in its order; empty when it can be used. An empty text is an empty configuration. */
export const configProblems = (text: string): ConfigProblem[] => (text.trim() === '' ? [] : parse(text).problems);

/** Throws `config.unreadable` with every problem and its place; `file` is only for that sentence. */
export function readConfig(text: string, file: string): Config {
  if (text.trim() === '') return emptyConfig;
  const { config, problems } = parse(text);
  if (problems.length > 0) {
    const said = problems.map(({ line, column, message }) => say('line {0}, column {1}: {2}', line, column, message));
    throw new Failure('config.unreadable', { file, problems: said.join(' · ') });
  }
  return config;
}

/** The connection of that name; `connection.unknown` with the nearest one. */
export function connectionOf(config: Config, name: string): ConnectionConfig {
  const connection = Object.hasOwn(config.connections, name) ? config.connections[name] : undefined;
  if (!connection)
    throw new Failure('connection.unknown', { connection: name, near: nearest(name, Object.keys(config.connections)) });
  return connection;
}

/** The training of that name, as it is written; `training.unknown` with the nearest one. */
export function trainingOf(config: Config, name: string): TrainingConfig {
  const training = Object.hasOwn(config.trainings, name) ? config.trainings[name] : undefined;
  if (!training) {
    const known = Object.keys(config.trainings);
    throw new Failure('training.unknown', { training: name, near: nearest(name, known), known });
  }
  return training;
}

/** How files of a table are read; nothing of it where none was remembered. */
export function readingOf({ imports }: Config, connection: string, table: string): Reading {
  const tables = Object.hasOwn(imports, connection) ? imports[connection] : undefined;
  return (tables && Object.hasOwn(tables, table) ? tables[table] : undefined) ?? {};
}

/** The name of the connection that holds a training's registry: its table's own unless it says otherwise. */
export function registryConnection(config: Config, trainingName: string): string {
  const training = trainingOf(config, trainingName);
  return training.registry?.connection ?? training.connection;
}
