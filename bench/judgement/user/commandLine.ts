/** Versions of the command line as their users have them: a folder with a store, files, and what is printed as JSON. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { at } from '../../../src/base/assert.ts';
import type { Snapshot } from '../stream.ts';
import type { Table } from '../tables.ts';

/** A version of the program, built. */
export interface Program {
  readonly name: string;
  readonly file: string;
  /** Version 0.1, which has fewer commands. */
  readonly isOld: boolean;
}

/** The command line of this checkout, built anew. */
function builtHere(root: string): string {
  const built = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'ignore' });
  if (built.status !== 0) throw new Error('The command line could not be built: npm run build says why.');
  return path.join(root, 'dist/cli.js');
}

/** Ours, and 0.1 where DELTATRAIN_V01 names a built checkout of it. */
export function programs(root: string): Program[] {
  const ours = { name: 'now', file: builtHere(root), isOld: false };
  const folder = process.env['DELTATRAIN_V01'];
  const file = path.join(folder ?? '', 'dist/cli.js');
  if (folder !== undefined && existsSync(file)) return [ours, { name: '0.1', file, isOld: true }];
  console.log('0.1: left out, as DELTATRAIN_V01 names no built checkout of ac96fc6 (npm ci, node esbuild.mjs).');
  return [ours];
}

/** What a run came to. `word`: of the model; `data`: of its data, null of 0.1. */
export interface Ended {
  readonly status: string;
  readonly word: string;
  readonly model: string;
  readonly snapshot: string;
  readonly data: { readonly verdict: string; readonly hash: string | null; readonly reasons: readonly Why[] } | null;
}

interface Why {
  readonly kind: string;
  readonly sentence: string;
  /** Of the class whose labels changed. */
  readonly recall?: object;
}

interface Printed {
  readonly model: string | null;
  readonly reason?: string | null;
  readonly status?: string;
  readonly snapshot?: string;
  readonly guard?: { readonly verdict: string };
  readonly data?: Ended['data'];
}

const name = 'b.t';

/** A user with a table and a training of it. */
export class Desk {
  readonly #program: Program;
  readonly #table: Table;
  readonly #folder: string;

  constructor(program: Program, table: Table, seed: number) {
    this.#program = program;
    this.#table = table;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-judged-'));
    const training = { connection: 'local', table: name, label: 'label', learner: 'mlp', seed };
    const config = { connections: { local: { kind: 'embedded', path: 'store.db' } }, trainings: { t: training } };
    writeFileSync(path.join(this.#folder, 'deltatrain.json'), JSON.stringify(config));
    const columns = table.columns.map(({ name: column, texts }) => `\`${column}\` ${texts ? 'VARCHAR(64)' : 'DOUBLE'}`);
    writeFileSync(
      path.join(this.#folder, 'made.sql'),
      `CREATE DATABASE b; CREATE TABLE ${name} (row_id BIGINT PRIMARY KEY, ${columns.join(', ')}, label VARCHAR(64));`,
    );
    this.#call('sql', 'made.sql');
  }

  /** The document that is printed, the last of several; ends the benchmark where the command fails otherwise than by its verdict. */
  #call(...args: readonly string[]): unknown {
    const done = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', this.#program.file, ...args, '--json'],
      { cwd: this.#folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
    );
    if (done.status !== 0 && done.status !== 3)
      throw new Error(
        `${this.#program.name}: ${args.join(' ')}: ${done.stdout.slice(0, 500)} ${done.stderr.slice(0, 500)}`,
      );
    return JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '');
  }

  /** Some rows of a version as a file in the folder. */
  #write(file: string, now: Snapshot, rows: ArrayLike<number>): void {
    const { columns, classes } = this.#table;
    const text = (c: number, i: number): string => {
      const value = at(at(now.x, c), i);
      const { texts } = at(columns, c);
      return Number.isNaN(value) ? '' : texts ? at(texts, value) : String(value);
    };
    const lines = Array.from(rows, (i) =>
      [String(at(now.ids, i)), ...columns.map((_, c) => text(c, i)), at(classes, at(now.y, i))].join(','),
    );
    const head = ['row_id', ...columns.map((column) => column.name), 'label'].join(',');
    writeFileSync(path.join(this.#folder, file), [head, ...lines, ''].join('\n'));
  }

  /** The table becomes this version, by a file that is imported. */
  put(now: Snapshot): void {
    this.#write('t.csv', now, [...now.ids.keys()]);
    this.#call('import', 't.csv', '--table', name, '--key', 'row_id', '--sync', '--yes');
  }

  train(full = false): Ended {
    const printed = this.#call('train', 't', ...(full ? ['--full'] : [])) as Printed;
    return {
      status: printed.status ?? printed.reason ?? 'nothing',
      word: printed.guard?.verdict ?? 'none',
      model: printed.model ?? '',
      snapshot: printed.snapshot ?? '',
      data: printed.data ?? null,
    };
  }

  /** The share of some rows for which a model answers the label that they have. */
  rightShare(model: string, now: Snapshot, rows: Uint32Array): number {
    this.#write('asked.csv', now, rows);
    this.#call('predict', 'asked.csv', '--model', model, '--out', 'answers.csv', '--keep', 'label');
    const [head = '', ...lines] = readFileSync(path.join(this.#folder, 'answers.csv'), 'utf8').trim().split('\n');
    const [label, answer] = ['label', 'prediction'].map((name_) => head.split(',').indexOf(name_));
    const cells = lines.map((line) => line.split(','));
    return cells.filter((row) => row[label ?? -1] === row[answer ?? -1]).length / Math.max(1, cells.length);
  }

  /** *Revert*: the whole table is what it was. */
  restore(snapshot: string): void {
    this.#call('restore', name, '--to', snapshot, '--yes');
  }

  approve({ model, data }: Ended): string {
    return (this.#call('model', 'approve', model, '--reasons', data?.hash ?? '') as { status: string }).status;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
