/** The statements of a conversation with a server, one after another, each of which a test lets go wrong. */
import { Failure } from '../../../../src/base/failure.ts';
import type { Exchange } from '../../../stores/matrixone/replay/recording.ts';

/** A statement of a conversation. */
export interface Step {
  readonly sql: string;
  /** Which one of those with this text, from 0. */
  readonly nth: number;
  /** It changes data by itself: a statement on its own, or the COMMIT of a transaction. */
  readonly changes: boolean;
}

const changing = /^(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|RESTORE|COMMIT)\b/;
/** Scratch tables and databases hold nobody's data. */
const scratch = /__dt_load|`dt_scratch/;

/** The statements of a conversation after its connection is ready. */
export function stepsOf(exchanges: readonly Pick<Exchange, 'sql'>[]): Step[] {
  const asked = new Map<string, number>();
  const steps: Step[] = [];
  let isInside = false;
  const first = exchanges.findIndex(({ sql }) => !/^(?:SELECT version|SET )/.test(sql));
  for (const { sql } of exchanges.slice(first)) {
    const nth = asked.get(sql) ?? 0;
    asked.set(sql, nth + 1);
    const changes = changing.test(sql) && !scratch.test(sql) && (!isInside || sql === 'COMMIT');
    steps.push({ sql, nth, changes });
    if (sql === 'BEGIN') isInside = true;
    if (sql === 'COMMIT' || sql === 'ROLLBACK') isInside = false;
  }
  return steps;
}

/** What came of it: nothing thrown is null. */
export async function outcome(work: () => Promise<unknown>): Promise<Failure | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error;
  }
}

/** So many at a time: most of the time is waiting. */
export async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 30 }, worker));
}
