import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ask, clientOf } from './client.ts';
import { fileOf, fixtures, linesOf, load } from './recording.ts';
import { serve } from './serve.ts';

interface Line {
  readonly seq: number;
  readonly event?: string;
  readonly session: string;
  readonly user?: string;
  readonly sql?: string;
  readonly ok?: boolean;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly columns?: readonly Readonly<Record<string, unknown>>[];
  readonly rows?: readonly unknown[];
  readonly other?: readonly unknown[];
  readonly affectedRows?: number;
  readonly info?: string;
  readonly serverStatus?: number;
}

const names = readdirSync(fixtures)
  .filter((file) => file.endsWith('.wire.jsonl'))
  .map((file) => file.replace('.wire.jsonl', ''));

/** What a transcript says of a statement, without what it says of the time it took. */
function told({ error, columns, rows, other, affectedRows, info, serverStatus }: Line): unknown {
  if (error)
    return {
      error: { errno: error['errno'], code: error['code'], sqlState: error['sqlState'], message: error['message'] },
    };
  if (other) return { rows: other };
  if (!columns) return { affectedRows, info, serverStatus };
  return {
    columns: columns.map(({ name, type, flags, length, decimals, charset, table, orgTable, orgName }) => ({
      name,
      type,
      flags,
      length,
      decimals,
      charset,
      table,
      orgTable,
      orgName,
    })),
    rows,
  };
}

/** As JSON: what is undefined is not there. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('there are transcripts', () => expect(names.length).toBeGreaterThan(60));

test.each(names)('%s: mysql2 sees the columns, rows and errors that it saw on the real server', async (name) => {
  const withBytes = new Set(
    linesOf<{ seq: number; b64?: string }>(fileOf(`${name}.wire`)).flatMap(({ seq, b64 }) => (b64 ? [seq] : [])),
  );
  const replay = await serve(load(name));
  const client = clientOf(replay.url);
  const different: unknown[] = [];
  for (const line of linesOf<Line>(fileOf(name))) {
    if (line.sql === undefined || !withBytes.has(line.seq)) continue;
    const [found, expected] = [plain(await ask(client, line.sql)), plain(told(line))];
    if (JSON.stringify(found) !== JSON.stringify(expected)) different.push({ sql: line.sql, found, expected });
  }
  client.destroy();
  expect(different).toEqual([]);
  expect(replay.unknown).toEqual([]);
  expect(replay.seen).toHaveLength(withBytes.size);
  await replay.close();
});
