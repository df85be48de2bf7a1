/** A table that was changed since its snapshot, made by the command line itself. */
import { expect } from 'vitest';
import type { Cli } from './cli.ts';

/** `d.t` in a store of its own: 10 rows and a snapshot `s`; then 2 updated, 1 inserted, 1 deleted. */
export async function changedTable(cli: Cli, name: string): Promise<string[]> {
  const connection = ['-c', `embedded:${name}.db`];
  const lines = Array.from({ length: 10 }, (_, i) => `${i},${i / 2},k${i % 3}`);
  cli.write(`${name}.csv`, `id,x,kind\n${lines.join('\n')}\n`);
  await cli.json('import', ['import', `${name}.csv`, '--table', 'd.t', '--key', 'id', ...connection]);
  await cli.json('snapshot', ['snapshot', 'create', 's', '--table', 'd.t', ...connection]);
  const sql =
    "UPDATE d.t SET kind = 'new' WHERE id < 2; INSERT INTO d.t VALUES (10, NULL, NULL); DELETE FROM d.t WHERE id = 9";
  expect((await cli.run(['sql', '-', ...connection], { input: sql })).code).toBe(0);
  return connection;
}
