/**
 * Every learner on public tables: a chain of eight rounds (8 % new, 2 % corrected, .5 % deleted) against the same learner in full,
 * and the cost of an update by the size of the delta. Where DELTATRAIN_PYTHON names a Python with scikit-learn and LightGBM, those
 * learn the last version too. `npm run bench learners [rows] [tables …]`; the sample, churn, and what DELTATRAIN_DATA has.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { at } from '../src/base/assert.ts';
import type { TrainResult } from '../src/data/trainer.ts';
import type { Plan } from '../src/data/training.ts';
import { learners } from '../src/train/models/table.ts';
import { createTrainer } from '../src/train/trainer.ts';
import { type Chain, chainOf, columnsOf, rowAt, rowsOf, shares } from './learners/chain.ts';
import { type Table, tablesNamed } from './judgement/tables.ts';

const trainer = createTrainer();
const forever = new AbortController().signal;

interface Ran {
  readonly result: TrainResult;
  readonly plan: Plan;
  /** CPU seconds, reading from memory and testing included. */
  readonly cpu: number;
}

async function run(
  chain: Chain,
  name: string,
  version: number,
  how: { parent?: Ran; frozen?: Uint8Array },
): Promise<Ran> {
  const now = at(chain.versions, version);
  const columns = columnsOf(chain);
  const draft = {
    format: 1 as const,
    kind: how.parent ? ('delta' as const) : ('full' as const),
    learner: {
      name,
      options: at(
        Object.values(learners).filter((one) => one === learners[name]),
        0,
      ).options.defaults,
    },
    task: 'classification' as const,
    label: 'label',
    features: columns.slice(0, -1).map((column) => ({ ...column, kind: null })),
    ...{
      slices: [],
      seed: 1,
      version: version + 1,
      splitSalt: 's',
      test: 0.25,
      tune: 0.1,
      maxDrop: 0.005,
      replaySalt: 'r',
    },
    counts: {
      train: now.train.length,
      delta: now.come.length + now.corrected.length,
      removed: now.corrected.length + now.gone.length,
    },
  };
  const plan = await trainer.plan(draft, how.parent?.plan ?? null);
  if (!plan) throw new Error('nothing to train on');
  const job = {
    plan,
    parent: how.parent?.result.artifact ?? null,
    anchor: null,
    ...(how.frozen && { frozen: how.frozen }),
  };
  const rows = rowsOf(chain, version, plan.replay?.share ?? 0);
  const used = process.cpuUsage();
  const result = await trainer.run(job, rows, forever, () => {});
  const { user, system } = process.cpuUsage(used);
  return { result, plan, cpu: (user + system) / 1e6 };
}

const points = ({ metrics }: TrainResult): string =>
  metrics.task === 'regression'
    ? ''
    : `${(100 * metrics.accuracy).toFixed(2)} %, log loss ${metrics.logLoss.toFixed(4)}`;

async function chainRun(chain: Chain, name: string): Promise<void> {
  const exact = learners[name]?.absorb !== undefined;
  let parent = await run(chain, name, 0, {});
  const root = parent;
  let equal = 0;
  let cpu = 0;
  let trained = 0;
  const last = chain.versions.length - 1;
  for (let version = 1; version <= last; version++) {
    parent = await run(chain, name, version, { parent });
    cpu += parent.cpu;
    trained += parent.result.cost.rows.delta + parent.result.cost.rows.replayed;
    if (!exact) continue;
    const full = await run(chain, name, version, { frozen: parent.result.artifact });
    if (full.result.weightsSha256 === parent.result.weightsSha256) equal += 1;
  }
  const anew = await run(chain, name, last, {});
  const share = parent.result.cost.visits / Math.max(1, parent.result.cost.fullVisits);
  console.log(
    `  ${name.padEnd(7)} chain ${points(parent.result)} | fitted anew ${points(anew.result)} | ` +
      `${(cpu / last).toFixed(2)} s CPU an update, ${anew.cpu.toFixed(2)} s in full | ${Math.round(trained / last)} of ${at(chain.versions, last).train.length} rows an update` +
      ` (work of the last ${(100 * share).toFixed(0)} %) | model ${(parent.result.artifact.length / 1e6).toFixed(2)} MB, root ${(root.result.artifact.length / 1e6).toFixed(2)} MB` +
      (exact ? ` | ${equal} of ${last} rounds have the bits of a full fit` : ''),
  );
}

/** One update of a size, as a share of a fit with the same encoder. */
async function costRun(table: Table, most: number, name: string): Promise<void> {
  const said: string[] = [];
  for (const size of [0.001, 0.01, 0.03, 0.085]) {
    const chain = chainOf(table, most, { come: size * 0.7, corrected: size * 0.2, gone: size * 0.1 });
    const parent = await run(chain, name, 0, {});
    const child = await run(chain, name, 1, { parent });
    const full = await run(chain, name, 1, { frozen: child.result.artifact });
    const work = child.result.cost.visits / Math.max(1, child.result.cost.fullVisits);
    said.push(
      `${100 * size} %: ${((100 * child.cpu) / full.cpu).toFixed(0)} % of the CPU time, reading and tests included, ${(100 * work).toFixed(1)} % of the work`,
    );
  }
  console.log(`  ${name.padEnd(7)} ${said.join(' · ')}`);
}

const csv = (rows: readonly (readonly unknown[])[]): string =>
  rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))).join(',')).join('\n');

/** The last version by other programs, where there is a Python with them. */
function peers(chain: Chain): void {
  const python = process.env['DELTATRAIN_PYTHON'];
  if (!python)
    return console.log('  peers left out: DELTATRAIN_PYTHON names no Python with scikit-learn and LightGBM.');
  const folder = mkdtempSync(path.join(tmpdir(), 'learners-'));
  const last = chain.versions.length - 1;
  const head = columnsOf(chain).map(({ name }) => name);
  const rows = (of: readonly number[]): unknown[][] => [head, ...of.map((row) => rowAt(chain, row, last))];
  writeFileSync(path.join(folder, 'train.csv'), csv(rows(at(chain.versions, last).train)));
  writeFileSync(path.join(folder, 'tune.csv'), csv(rows(chain.tune)));
  writeFileSync(path.join(folder, 'test.csv'), csv(rows(chain.test)));
  const { stdout, stderr } = spawnSync(
    python,
    [path.join(import.meta.dirname, '../../../bench/learners/peers.py'), folder],
    {
      encoding: 'utf8',
    },
  );
  console.log(stdout.trimEnd() || stderr);
  rmSync(folder, { recursive: true });
}

async function main([most = '20000', ...names]: readonly string[]): Promise<void> {
  const root = path.resolve(import.meta.dirname, '../../..');
  for (const table of tablesNamed(names.length > 0 ? names : ['sample', 'churn', 'magic', 'flights'], root)) {
    const chain = chainOf(table, Number(most));
    console.log(`${table.name}: ${chain.versions[0]?.train.length} train rows, ${chain.test.length} test rows`);
    for (const name of Object.keys(learners)) await chainRun(chain, name);
    peers(chain);
    console.log(`  an update by the size of its delta (${100 * shares.come} % etc. above):`);
    for (const name of ['linear', 'forest']) await costRun(table, Number(most), name);
  }
}

void main(process.argv.slice(2));
