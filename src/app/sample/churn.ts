/**
 * The second sample: 20,000 customers who stay or leave. It is made up, by seeded draws that are the same on every machine, and is
 * said to be; large enough that an update is a small part of a full fit, and that one region's wrong column can be found.
 */
import { later } from '../../base/say.ts';
import { throwIfCancelled } from '../../base/failure.ts';
import { seededRandom } from '../../base/random.ts';
import type { Store } from '../../data/store.ts';
import type { TableName } from '../../data/table.ts';
import type { Value } from '../../data/value.ts';
import { queryRows } from '../registry/queryRows.ts';

/** The training of this sample. */
export const churnTraining = 'churn';
/** The table that it is loaded into. */
export const churnTable: TableName = { database: 'telco', table: 'customers' };

/** What the sample's deltatrain.json says. */
export const churnConfig = JSON.stringify(
  {
    connections: { local: { kind: 'embedded', path: '.deltatrain/store.db' } },
    trainings: {
      churn: {
        connection: 'local',
        table: 'telco.customers',
        label: 'churn',
        learner: 'auto',
        seed: 1,
        slices: ['region'],
      },
    },
  },
  null,
  2,
);

const regions = ['West', 'East', 'North', 'South'] as const;
const contracts = ['monthly', 'yearly', 'biennial'] as const;

/** One customer. Only multiples and comparisons of draws, so that no engine's own mathematics enters. */
export function customer(id: number): Value[] {
  const random = seededRandom(`churn:${id}`);
  const region = regions[random.below(4)] ?? 'West';
  const contract = contracts[random.below(3)] ?? 'monthly';
  const tenure = random.below(73);
  let calls = 0;
  while (calls < 9 && random.fraction() < 0.66) calls += 1;
  const charge = (2_500 + random.below(9_000) + (contract === 'monthly' ? 1_000 : 0)) / 100;
  const age = 18 + random.below(67);
  const score =
    1.3 * (calls - 3.2) +
    0.03 * (charge - 70) -
    0.035 * (tenure - 36) +
    (contract === 'monthly' ? 0.9 : -0.6) +
    (region === 'West' ? 0.4 : 0);
  // Between 0 and 1, rising with the score, and nearly certain at the ends.
  const squared = score * Math.abs(score);
  const leaves = random.fraction() < 0.5 + squared / (1 + Math.abs(squared)) / 2;
  return [id, region, contract, tenure, calls, charge, age, leaves ? 'left' : 'stayed'];
}

/** A version of the sample: customers up to a number have arrived. */
export interface ChurnVersion {
  readonly what: string;
  readonly rows: number;
}

/** Oldest first; each later one is about 3 % of the table. */
export const churnVersions: readonly ChurnVersion[] = [
  { what: later('the first customers'), rows: 18_200 },
  { what: later('a month later'), rows: 18_800 },
  { what: later('another month later'), rows: 19_400 },
  { what: later('and another'), rows: 20_000 },
];

const rowsAtOnce = 400;

/** The empty table; `table.exists` where it is there already. */
export async function createChurn(store: Store): Promise<void> {
  await queryRows(store, 'CREATE DATABASE IF NOT EXISTS telco');
  await queryRows(
    store,
    `CREATE TABLE telco.customers (
  id INT NOT NULL PRIMARY KEY,
  region VARCHAR(10),
  contract VARCHAR(10),
  tenure INT,
  support_calls INT,
  monthly_charge DOUBLE,
  age INT,
  churn VARCHAR(10)
)`,
  );
}

/** The customers of a version arrive; how many there were. */
export async function arriveChurn(store: Store, version: ChurnVersion, signal: AbortSignal): Promise<number> {
  const before = churnVersions[churnVersions.indexOf(version) - 1]?.rows ?? 0;
  for (let from = before; from < version.rows; from += rowsAtOnce) {
    throwIfCancelled(signal);
    const ids = Array.from({ length: Math.min(rowsAtOnce, version.rows - from) }, (_, i) => from + i);
    const rows = ids.map(customer);
    const marks = rows.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ');
    const sql = `INSERT INTO telco.customers VALUES ${marks}`;
    await store.write([{ sql, values: rows.flat(), expect: rows.length }]);
  }
  return version.rows - before;
}

/** About 3 % of the table, all of one region; how many rows it changed. */
export async function spoilChurn(store: Store): Promise<number> {
  const [rows = 0] = await store.write([
    {
      sql: "UPDATE telco.customers SET monthly_charge = monthly_charge * 100 WHERE region = 'West' AND id >= 17600",
      values: [],
    },
  ]);
  return rows;
}
