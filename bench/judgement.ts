/**
 * The judgement, measured: `npm run bench judgement [parts] [tables] [seeds]`, as in `rounds,unseen sample,churn 1,2`. Parts are
 * named below; `mix/units` is one kind of a part that has kinds, `mix/units/0.1` by one of the programs. The public tables are read from the folder DELTATRAIN_DATA (bench/data/README.md).
 */
import path from 'node:path';
import { imports } from './judgement/imports.ts';
import { lineages } from './judgement/lineages.ts';
import { suspects } from './judgement/plant.ts';
import { regions } from './judgement/regions.ts';
import { honest } from './judgement/honest.ts';
import { removed } from './judgement/removed.ts';
import { rounds } from './judgement/rounds.ts';
import { times } from './judgement/times.ts';
import { type Table, tablesNamed } from './judgement/tables.ts';
import { values } from './judgement/values.ts';
import { unseen } from './judgement/unseen.ts';
import { peers } from './judgement/peers/rounds.ts';
import { bugs } from './judgement/bugs.ts';
import { checks } from './judgement/checks.ts';
import { mix } from './judgement/user/mix.ts';

/** A part: what it measures is printed as it is found. */
type Part = (tables: readonly Table[], seeds: readonly number[], only: string) => Promise<void>;

const parts: Readonly<Record<string, Part>> = {
  mix,
  checks,
  rounds,
  honest,
  bugs,
  imports,
  regions,
  removed,
  unseen,
  values,
  peers,
  suspects,
  lineages,
  times,
};

async function main(): Promise<void> {
  const [asked = Object.keys(parts).join(','), tables = 'sample,churn,magic,flights', seeds = '1'] =
    process.argv.slice(2);
  const root = path.resolve(process.cwd());
  const found = tablesNamed(tables.split(','), root);
  for (const name of asked.split(',')) {
    const [of = '', ...only] = name.split('/');
    const part = parts[of];
    if (!part) throw new Error(`There is no part "${name}": ${Object.keys(parts).join(', ')}.`);
    console.log(`\n${name}: ${found.map((table) => table.name).join(', ')}, seeds ${seeds}`);
    await part(found, seeds.split(',').map(Number), only.join('/'));
  }
}

void main();
