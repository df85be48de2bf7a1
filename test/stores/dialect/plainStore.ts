/** The smallest store that can run translated statements: real SQLite, versions as whole copies. For tests of the dialect only. */
import { DatabaseSync } from 'node:sqlite';
import { type Statement, snapshotNameOf } from '../../../src/git4data/ast.ts';
import { parseStatement } from '../../../src/git4data/parser.ts';
import type { TableName } from '../../../src/data/table.ts';
import { sqlFunctions } from '../../../src/stores/embedded/dialect/functions.ts';
import { decimalAggregates } from '../../../src/stores/embedded/dialect/decimals.ts';
import { decimalOf, unpacked, unsignedOf } from '../../../src/stores/exact.ts';
import { assigned } from '../../../src/stores/embedded/typed/assigned.ts';
import type { DialectContext } from '../../../src/stores/embedded/typed/scope.ts';
import { sqlName } from '../../../src/stores/embedded/typed/sqlText.ts';
import type { ShownColumn, TypedQuery } from '../../../src/stores/embedded/typed/statement.ts';
import { declaredType, isBits, typeText } from '../../../src/stores/embedded/typed/types.ts';
import { translate } from '../../../src/stores/embedded/dialect/translate.ts';
import type { ColumnShape, Translation } from '../../../src/stores/embedded/dialect/translation.ts';
import { typeChecks } from '../../../src/stores/embedded/types/typeChecks.ts';
import type { Answer } from './recorded.ts';
import { columnType } from '../../../src/stores/embedded/types/types.ts';

interface Shape {
  readonly columns: readonly { name: string; type: string; nullable?: boolean; defaultSql?: string | null }[];
  readonly key: readonly string[];
}

const done = (affected = 0): Answer => ({ columns: [], rows: [], affected });
const stored = (name: TableName): string => `${name.database}.${name.table}`;

export class PlainStore {
  readonly #db = new DatabaseSync(':memory:');
  readonly #shapes = new Map<string, Shape>();
  /** Snapshot name to the tables it holds, each as the name of its copy. */
  readonly #snapshots = new Map<string, Map<string, string>>();
  /** Branch to its source and the copy of both when they parted. */
  readonly #branches = new Map<string, string>();
  #database: string | null = null;
  #copies = 0;
  now = new Date(2026, 5, 1, 12, 0, 0);

  constructor() {
    for (const { name, deterministic, run } of sqlFunctions) {
      this.#db.function(name, { deterministic, varargs: true, useBigIntArguments: true }, run);
    }
    for (const { name, start, step, inverse, result } of decimalAggregates)
      this.#db.aggregate(name, { varargs: true, useBigIntArguments: true, start, step, inverse, result } as never);
    // A random number is only wanted to be there; the same one each time keeps the test's results.
    let state = 7;
    this.#db.function('dt_rand', { varargs: true }, () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    });
  }

  get context(): DialectContext {
    return {
      database: this.#database,
      source: (table, snapshot) => sqlName(snapshot === null ? stored(table) : this.#copyOf(stored(table), snapshot)),
      target: (table) => sqlName(stored(table)),
      columns: (table) => this.#shapes.get(stored(table))?.columns ?? null,
      now: () => this.now,
    };
  }

  run(sql: string): Answer {
    const { statement } = parseStatement(sql);
    const own = this.#versioned(statement, sql);
    return own ?? this.#translated(translate(sql, this.context));
  }

  #translated(t: Translation): Answer {
    switch (t.kind) {
      case 'query':
        return this.#query(t.sql, t.columns ?? []);
      case 'change':
        return done(Number(this.#db.prepare(t.sql).run().changes));
      case 'createTable':
        this.#create(stored(t.table), t.columns, t.key);
        return done();
      case 'createTableLike':
        this.#like(
          stored(t.like),
          stored(t.table),
          t.withRows ? `SELECT * FROM ${this.context.source(t.like, t.snapshot, false)}` : null,
        );
        return done();
      case 'createTableAs':
        this.#createAs(stored(t.table), t.query);
        return done();
      case 'createIndex':
        this.#db.exec(
          `CREATE INDEX ${sqlName(t.name)} ON ${sqlName(stored(t.table))} (${t.columns.map(sqlName).join(', ')})`,
        );
        return done();
      case 'dropTable':
        for (const table of t.tables) this.#drop(stored(table));
        return done();
      case 'dropDatabase':
        this.#dropAll(`${t.database}.`);
        return done();
      case 'use':
        this.#database = t.database;
        return done();
      case 'createDatabase':
      case 'nothing':
        return done();
      default:
        throw new Error(`the plain store does not run ${t.kind}`);
    }
  }

  #query(sql: string, columns: readonly ShownColumn[]): Answer {
    const statement = this.#db.prepare(sql);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    const rows = (statement.all() as unknown as (null | number | bigint | string)[][]).map((row) =>
      row.map((cell, i) => {
        const { type, isKept } = columns[i] ?? {};
        if (cell === null) return null;
        if (type?.kind === 'dec' && typeof cell === 'bigint') return decimalOf(cell, type.scale);
        if (type?.kind === 'dec' && isKept && type.digits > 18)
          return decimalOf(unpacked(String(cell)) ?? 0n, type.scale);
        if (type && isBits(type) && typeof cell === 'bigint') return String(unsignedOf(cell));
        return String(cell);
      }),
    );
    return { columns: columns.map(({ name }) => name), rows, affected: 0 };
  }

  #create(name: string, columns: readonly ColumnShape[], key: readonly string[]): void {
    const parts = columns.map((column) => {
      const type = columnType(column.type);
      const rest = `${column.nullable ? '' : ' NOT NULL'}${column.defaultSql === null ? '' : ` DEFAULT ${column.defaultSql}`}`;
      return `${sqlName(column.name)} ${type.storage}${rest} ${typeChecks(column.name, type).join(' ')}`;
    });
    const keyPart = key.length > 0 ? `, PRIMARY KEY (${key.map(sqlName).join(', ')})` : '';
    this.#db.exec(`CREATE TABLE ${sqlName(name)} (${parts.join(', ')}${keyPart}) STRICT`);
    this.#shapes.set(name, { columns, key });
  }

  #like(from: string, to: string, rowsSql: string | null = null): void {
    const shape = this.#shapes.get(from) as Shape;
    this.#create(to, shape.columns as ColumnShape[], shape.key);
    if (rowsSql !== null) this.#db.exec(`INSERT INTO ${sqlName(to)} ${rowsSql}`);
  }

  #createAs(name: string, { sql, columns }: TypedQuery): void {
    const shapes = columns.map(
      (column): ColumnShape => ({
        name: column.name,
        type: column.isPlain ? column.typeText : typeText(column.type).replace('NULL', 'TEXT'),
        nullable: true,
        defaultSql: null,
        autoIncrement: false,
      }),
    );
    this.#create(name, shapes, []);
    const cells = columns.map(({ type, isKept }, i) =>
      assigned({ sql: `q.c${i}`, type, isKept }, declaredType(shapes[i]?.type ?? ''), ''),
    );
    this.#db.exec(`INSERT INTO ${sqlName(name)} SELECT ${cells.join(', ')} FROM (${sql}) AS q`);
  }

  #dropAll(prefix: string): void {
    for (const name of [...this.#shapes.keys()]) if (name.startsWith(prefix)) this.#drop(name);
  }

  #drop(name: string): void {
    this.#db.exec(`DROP TABLE IF EXISTS ${sqlName(name)}`);
    this.#shapes.delete(name);
  }

  #copy(name: string): string {
    const copy = `copy${++this.#copies}:${name}`;
    this.#db.exec(`CREATE TABLE ${sqlName(copy)} AS SELECT * FROM ${sqlName(name)}`);
    const { key } = this.#shapes.get(name) as Shape;
    if (key.length > 0)
      this.#db.exec(`CREATE UNIQUE INDEX ${sqlName(`k${copy}`)} ON ${sqlName(copy)} (${key.map(sqlName).join(', ')})`);
    return copy;
  }

  #copyOf(table: string, snapshot: string): string {
    const copy = this.#snapshots.get(snapshot)?.get(table);
    if (copy === undefined) throw new Error(`no snapshot ${snapshot} of ${table}`);
    return copy;
  }

  #versioned(statement: Statement, sql: string): Answer | null {
    switch (statement.kind) {
      case 'createSnapshot': {
        const { scope } = statement;
        const database = 'database' in scope ? scope.database.text : '';
        const names = [...this.#shapes.keys()].filter((name) =>
          scope.level === 'table' ? name === `${database}.${scope.table.text}` : name.startsWith(`${database}.`),
        );
        this.#snapshots.set(snapshotNameOf(statement.name), new Map(names.map((name) => [name, this.#copy(name)])));
        return done();
      }
      case 'dropSnapshot':
        this.#snapshots.delete(snapshotNameOf(statement.name));
        return done();
      case 'restore':
        for (const [name, copy] of this.#snapshots.get(snapshotNameOf(statement.snapshot)) ?? []) {
          this.#db.exec(`DELETE FROM ${sqlName(name)}; INSERT INTO ${sqlName(name)} SELECT * FROM ${sqlName(copy)}`);
        }
        return done();
      case 'branch':
        return this.#branch(statement.verb, sql);
      default:
        return null;
    }
  }

  #branch(verb: string, sql: string): Answer {
    const words = /(?:TABLE|MERGE|PICK)\s+(\S+)\s+(?:FROM|INTO)\s+(\w+\.)?(\w+)\s*(?:\{\w+='(\w+)'\})?/i.exec(sql);
    const full = (name = ''): string => (name.includes('.') ? name : `${this.#database ?? ''}.${name}`);
    const branch = full(words?.[1]);
    const source = full(`${words?.[2] ?? ''}${words?.[3] ?? ''}`);
    if (verb === 'DATA BRANCH CREATE') {
      const from = words?.[4] === undefined ? source : this.#copyOf(source, words[4]);
      this.#like(source, branch);
      this.#db.exec(`INSERT INTO ${sqlName(branch)} SELECT * FROM ${sqlName(from)}`);
      this.#branches.set(branch, this.#copy(branch));
    } else if (verb === 'DATA BRANCH MERGE') this.#merge(branch, source, sql, 'true');
    else if (verb === 'DATA BRANCH PICK') {
      const keys = /KEYS\s*\(([\s\S]*)\)\s*(?:WHEN|$)/i.exec(sql)?.[1] ?? '';
      const { key } = this.#shapes.get(source) as Shape;
      const list = /^\s*SELECT/i.test(keys) ? (translate(keys, this.context) as { sql: string }).sql : keys;
      this.#merge(branch, source, sql, `${key.map(sqlName).join()} IN (${list})`);
    }
    return done();
  }

  /** Three-way by key; the base of a branch's source that was merged already is the branch's own base. */
  #merge(from: string, into: string, sql: string, condition: string): void {
    const base = this.#branches.get(from) ?? this.#branches.get(into);
    const { key } = this.#shapes.get(into) as Shape;
    if (base === undefined) throw new Error(`${from} and ${into} are not related`);
    const keys = key.map(sqlName).join(', ');
    const [a, b, c] = [sqlName(from), sqlName(into), sqlName(base)];
    const changed = (table: string): string =>
      `SELECT ${keys} FROM (SELECT * FROM ${table} EXCEPT SELECT * FROM ${c}) UNION SELECT ${keys} FROM ${c} WHERE (${keys}) NOT IN (SELECT ${keys} FROM ${table})`;
    const clash = `SELECT * FROM (${changed(a)}) INTERSECT SELECT * FROM (${changed(b)})`;
    const taken = /CONFLICT\s+SKIP/i.test(sql)
      ? `SELECT * FROM (${changed(a)}) EXCEPT SELECT * FROM (${clash})`
      : changed(a);
    this.#db.exec(`CREATE TEMP TABLE taken AS SELECT * FROM (${taken}) WHERE ${condition};
      DELETE FROM ${b} WHERE (${keys}) IN (SELECT * FROM taken);
      INSERT INTO ${b} SELECT * FROM ${a} WHERE (${keys}) IN (SELECT * FROM taken);
      DROP TABLE taken`);
  }
}
