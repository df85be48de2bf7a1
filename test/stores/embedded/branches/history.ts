/** Random histories of tables and their branches, and what three-way merges of them come to, reckoned from whole copies. */
import { type MergeQuestion, mergeRows } from '../../../../src/app/versions/partial/mergeRows.ts';
import { Failure } from '../../../../src/base/failure.ts';
import type { ConflictRule } from '../../../../src/git4data/branches/command.ts';
import type { Random } from '../../../../src/base/random.ts';
import type { Ground } from './ground.ts';

/** A row's values behind its key; null where there is none. */
type Row = string | null;
type Rows = ReadonlyMap<number, Row>;

interface Table {
  readonly name: string;
  rows: Map<number, Row>;
  /** What it was branched from, as that was when the two parted, and when. */
  readonly origin: { readonly of: Table; readonly rows: Rows; readonly at: number } | null;
}

const keys = 9;
const literal = (row: string): string => (row.startsWith('-') ? 'NULL' : `'${row}'`);
const shown = (key: number, row: string): string => `${key} ${row.startsWith('-') ? 'null' : row}`;

/** What became of a key: null where nothing did. */
interface Change {
  readonly flag: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly row: Row;
  readonly before: Row;
}

function changesOf(before: Rows, after: Rows): Map<number, Change> {
  const changes = new Map<number, Change>();
  for (let key = 1; key <= keys; key++) {
    const [was, is] = [before.get(key) ?? null, after.get(key) ?? null];
    if (was === is) continue;
    const flag = was === null ? 'INSERT' : is === null ? 'DELETE' : 'UPDATE';
    changes.set(key, { flag, row: is, before: was });
  }
  return changes;
}

/** The version at which two tables were one for the last time; null where they never were. */
function partedAt(one: Table, other: Table): Rows | null {
  const wayOf = (table: Table): { table: Table; rows: Rows; at: number }[] => {
    const way = [{ table, rows: table.rows as Rows, at: Number.POSITIVE_INFINITY }];
    for (let at = table; at.origin; at = at.origin.of) way.push({ ...at.origin, table: at.origin.of });
    return way;
  };
  const [here, there] = [wayOf(one), wayOf(other)];
  for (const station of here) {
    const met = there.find(({ table }) => table === station.table);
    if (met) return met.at < station.at ? met.rows : station.rows;
  }
  return null;
}

export interface Sides {
  readonly target: Map<number, Change>;
  readonly base: Map<number, Change>;
}

function sidesOf(target: Table, base: Table): Sides {
  const before = partedAt(target, base) ?? new Map<number, Row>();
  const sides = { target: changesOf(before, target.rows), base: changesOf(before, base.rows) };
  for (const [key, { row }] of sides.target)
    if (sides.base.has(key) && sides.base.get(key)?.row === row) {
      sides.target.delete(key);
      sides.base.delete(key);
    }
  return sides;
}

/** One history: statements at random on some tables, each DIFF and MERGE held against what it has to come to. Gives what was wrong. */
export class History {
  readonly #ground: Ground;
  readonly #random: Random;
  readonly #tables: Table[] = [];
  readonly #database: string;
  readonly said: string[] = [];
  #clock = 0;

  constructor(ground: Ground, random: Random, database: string) {
    this.#ground = ground;
    this.#random = random;
    this.#database = database;
  }

  async #run(sql: string): Promise<readonly string[]> {
    this.said.push(sql);
    return (await this.#ground.run(sql)).rows;
  }

  #name = (table: Table): string => `${this.#database}.${table.name}`;
  #pick = (): Table => this.#tables[this.#random.below(this.#tables.length)] as Table;
  #value = (): string => (this.#random.below(8) === 0 ? '-' : ('abc'[this.#random.below(3)] as string));

  async #create(): Promise<void> {
    const name = `t${this.#tables.length}`;
    await this.#run(`CREATE TABLE ${this.#database}.${name} (id INT PRIMARY KEY, v VARCHAR(5))`);
    const table: Table = { name, rows: new Map(), origin: null };
    this.#tables.push(table);
    for (let i = 0; i < 5; i++) await this.#insert(table);
  }

  async #branch(): Promise<void> {
    const of = this.#pick();
    const name = `t${this.#tables.length}`;
    await this.#run(`DATA BRANCH CREATE TABLE ${this.#database}.${name} FROM ${this.#name(of)}`);
    const origin = { of, rows: new Map(of.rows), at: ++this.#clock };
    this.#tables.push({ name, rows: new Map(of.rows), origin });
  }

  async #insert(table: Table): Promise<void> {
    const key = 1 + this.#random.below(keys);
    if (table.rows.has(key)) return;
    const value = this.#value();
    await this.#run(`INSERT INTO ${this.#name(table)} VALUES (${key}, ${literal(value)})`);
    table.rows.set(key, value);
  }

  async #update(table: Table): Promise<void> {
    const key = 1 + this.#random.below(keys);
    const value = this.#value();
    await this.#run(`UPDATE ${this.#name(table)} SET v = ${literal(value)} WHERE id >= ${key} AND id < ${key + 2}`);
    for (const one of [key, key + 1]) if (table.rows.has(one)) table.rows.set(one, value);
  }

  /** A row moves to another key. */
  async #move(table: Table): Promise<void> {
    const [from, to] = [1 + this.#random.below(keys), 1 + this.#random.below(keys)];
    const row = table.rows.get(from);
    if (row === undefined || table.rows.has(to)) return;
    await this.#run(`UPDATE ${this.#name(table)} SET id = ${to} WHERE id = ${from}`);
    table.rows.delete(from);
    table.rows.set(to, row);
  }

  async #remove(table: Table): Promise<void> {
    const key = 1 + this.#random.below(keys);
    await this.#run(`DELETE FROM ${this.#name(table)} WHERE id = ${key}`);
    table.rows.delete(key);
  }

  /** To a snapshot and back, through other rows. */
  async #restore(table: Table): Promise<void> {
    const name = `${this.#database}_${++this.#clock}`;
    const before = new Map(table.rows);
    await this.#run(`CREATE SNAPSHOT ${name} FOR TABLE ${this.#database} ${table.name}`);
    await this.#remove(table);
    await this.#update(table);
    if (this.#random.below(3) === 0) {
      await this.#run(`TRUNCATE TABLE ${this.#name(table)}`);
      table.rows.clear();
    }
    if (this.#random.below(2) === 0) {
      await this.#run(`RESTORE TABLE ${this.#name(table)} {SNAPSHOT = '${name}'}`);
      table.rows = before;
    }
    if (this.#random.below(2) === 0) await this.#run(`DROP SNAPSHOT ${name}`);
  }

  async #diff(): Promise<void> {
    const [target, base] = [this.#pick(), this.#pick()];
    if (target === base) return;
    const { target: ofTarget, base: ofBase } = sidesOf(target, base);
    const expected: string[] = [];
    for (let key = 1; key <= keys; key++)
      for (const [table, changes] of [
        [target, ofTarget],
        [base, ofBase],
      ] as const) {
        const change = changes.get(key);
        if (change) expected.push(`${table.name} ${change.flag} ${shown(key, change.row ?? change.before ?? '')}`);
      }
    const found = await this.#run(`DATA BRANCH DIFF ${this.#name(target)} AGAINST ${this.#name(base)}`);
    this.#hold(found, expected);
  }

  #hold(found: readonly string[], expected: readonly string[]): void {
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new Error(`found ${JSON.stringify(found)} for ${JSON.stringify(expected)} after\n${this.said.join(';\n')}`);
  }

  async #merge(): Promise<void> {
    const [source, into] = [this.#pick(), this.#pick()];
    if (source === into) return;
    const sides = sidesOf(source, into);
    const picked = this.#random.below(3) === 0 ? [1, 2, 3, 4].map(() => 1 + this.#random.below(keys)) : null;
    const rule = (['FAIL', 'SKIP', 'ACCEPT'] as const)[this.#random.below(3)] as string;
    const taken = [...sides.target].filter(([key]) => picked === null || picked.includes(key));
    const conflicts = taken.filter(([key]) => sides.base.has(key));
    const verb = picked ? 'PICK' : 'MERGE';
    const which = picked ? ` KEYS (${picked.join(', ')})` : '';
    const sql = `DATA BRANCH ${verb} ${this.#name(source)} INTO ${this.#name(into)}${which} WHEN CONFLICT ${rule}`;
    // The one that is reckoned first comes to the same.
    if (!picked && partedAt(source, into) !== null && this.#random.below(2) === 0)
      return this.#mergeRows(source, into, rule, conflicts.length);
    if (rule === 'FAIL' && conflicts.length > 0) {
      this.said.push(sql);
      const failure = await this.#ground.failure(sql);
      if (failure.code !== 'branch.conflict') throw failure;
    } else {
      await this.#run(sql);
      for (const [key, { row }] of taken) {
        if (rule === 'SKIP' && sides.base.has(key)) continue;
        if (row === null) into.rows.delete(key);
        else into.rows.set(key, row);
      }
    }
    await this.#look(source);
    await this.#look(into);
  }

  async #mergeRows(source: Table, into: Table, rule: string, conflicts: number): Promise<void> {
    this.said.push(`branch merge ${source.name} into ${into.name} ${rule}`);
    const named = ({ name }: Table) => ({ database: this.#database, table: name });
    const sides = sidesOf(source, into);
    const wanted = { source: named(source), rule: rule.toLowerCase() as ConflictRule, choices: new Map() };
    const place = { store: this.#ground.store, table: named(into), environment: 'development' } as const;
    const never = new AbortController().signal;
    const asked: MergeQuestion[] = [];
    try {
      const done = await mergeRows(
        place,
        wanted,
        (question) => {
          asked.push(question);
          return Promise.resolve(!question.isAsItWas);
        },
        never,
      );
      if (rule === 'FAIL' && conflicts > 0) throw new Error(`merged ${conflicts} conflicts`);
      if (done) await this.#ground.store.dropSnapshot(done.safetySnapshot);
      for (const [key, { row }] of sides.target) {
        if (rule === 'SKIP' && sides.base.has(key)) continue;
        if (row === null) into.rows.delete(key);
        else into.rows.set(key, row);
      }
    } catch (error) {
      if (!(rule === 'FAIL' && conflicts > 0 && Failure.is(error, 'branch.conflict'))) throw error;
    }
    this.#hold([`${asked[0]?.plan.conflicts.length} conflicts`], [`${conflicts} conflicts`]);
    await this.#look(source);
    await this.#look(into);
  }

  async #look(table: Table): Promise<void> {
    const found = await this.#run(`SELECT id, v FROM ${this.#name(table)} ORDER BY id`);
    const expected = [...table.rows].toSorted(([a], [b]) => a - b).map(([key, row]) => shown(key, row ?? ''));
    this.#hold(found, expected);
  }

  async play(steps: number): Promise<void> {
    await this.#run(`CREATE DATABASE ${this.#database}`);
    await this.#create();
    await this.#branch();
    for (let i = 0; i < steps; i++) {
      const step = this.#random.below(20);
      if (step < 1 && this.#tables.length < 5) await this.#branch();
      else if (step < 2 && this.#tables.length < 5 && this.#random.below(4) === 0) await this.#create();
      else if (step < 5) await this.#insert(this.#pick());
      else if (step < 9) await this.#update(this.#pick());
      else if (step < 12) await this.#remove(this.#pick());
      else if (step < 13) await this.#move(this.#pick());
      else if (step < 14) await this.#restore(this.#pick());
      else if (step < 17) await this.#diff();
      else await this.#merge();
    }
    for (const table of this.#tables) await this.#look(table);
    await this.#run(`DROP DATABASE ${this.#database}`);
  }
}
