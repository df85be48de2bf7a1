// A statement of a file is planned once and shown from the spools of an engine: what the panel is told of each kind of step.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StatementEnd } from '../../../src/app/statements/statementEnd.ts';
import { rowAt } from '../../../src/data/page.ts';
import type { LocalStore } from '../../../src/data/store.ts';
import { engineAnswers } from '../../../src/engine/answers.ts';
import type { SpoolEngine } from '../../../src/extension/panels/panelSpools.ts';
import { wholeView } from '../../../src/protocol/engine.ts';
import type { StatementResult } from '../../../src/protocol/panel.ts';
import { freeze } from '../../stores/frozen/format.ts';
import { FrozenStore } from '../../stores/frozen/frozenStore.ts';
import { useFolder } from '../../files/support/folder.ts';

vi.mock('vscode', () => ({ workspace: {} }));

const { PanelSpools } = await import('../../../src/extension/panels/panelSpools.ts');
const { showStatement } = await import('../../../src/extension/sql/showStatement.ts');

const folder = useFolder();
let store: LocalStore;
let close: () => Promise<void>;

/** An engine in this process, over a store that is open. */
async function engineOf(of: LocalStore): Promise<SpoolEngine> {
  const { answers, close: end } = engineAnswers(
    async () => of,
    () => null,
  );
  close = end;
  const signal = new AbortController().signal;
  await answers['store/open']({ kind: 'embedded', path: '', readOnly: false, create: false }, signal);
  const answer = (name: string, parameter: unknown, given?: AbortSignal): unknown =>
    (answers[name as 'store/facts'] as (p: unknown, s: AbortSignal) => unknown)(parameter, given ?? signal);
  return { call: answer, stream: answer, process: {}, label: 'here' } as unknown as SpoolEngine;
}

interface Shown {
  readonly result: Partial<StatementResult>;
  readonly end: StatementEnd;
  readonly asked: string[];
  rows(): Promise<unknown[][]>;
}

async function shown(sql: string, of: LocalStore = store, answer = true): Promise<Shown> {
  const engine = await engineOf(of);
  const spools = new PanelSpools();
  let result: Partial<StatementResult> = {};
  const asked: string[] = [];
  const end = await showStatement(
    { store: of, engine, sqlEngine: engine } as never,
    { sql, database: 'd' },
    {
      spools,
      put: (change) => {
        result = { ...result, ...change };
      },
      allow: ({ name }) => {
        asked.push(name);
        return Promise.resolve(answer);
      },
      signal: new AbortController().signal,
    },
  );
  const rows = async (): Promise<unknown[][]> => {
    const id = result.spool?.id ?? 0;
    const { page, delta } = await spools.page({ id, start: 0, count: 100, view: wholeView });
    return page ? Array.from({ length: page.rows }, (_, i) => rowAt(page, i)) : [[delta?.rows ?? 0]];
  };
  return { result, end, asked, rows };
}

beforeEach(async () => {
  store = folder.store();
  for (const sql of [
    'CREATE DATABASE d',
    'CREATE TABLE t (id BIGINT PRIMARY KEY, s VARCHAR(9))',
    "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
    'CREATE SNAPSHOT v1 FOR TABLE d t',
    "UPDATE t SET s = 'z' WHERE id = 2",
  ])
    await shown(sql);
});
afterEach(() => close());

test('a query gives rows, and a change what it changed', async () => {
  const query = await shown('SELECT id, s FROM t ORDER BY id');
  expect(query.result).toMatchObject({ shape: 'rows', spool: { rows: 2, complete: true } });
  expect(await query.rows()).toEqual([
    [1, 'a'],
    [2, 'z'],
  ]);
  const change = await shown("UPDATE t SET s = 'y'");
  expect(change.result).toEqual({ affected: 2 });
  expect(change.asked).toEqual(['d.t']);
  await shown('CREATE DATABASE other');
  expect((await shown('USE other')).end.database).toBe('other');
});

test('a DIFF is a delta with its versions; counted it is rows, and with a limit of none nothing is read', async () => {
  const delta = await shown("DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 'v1'}");
  expect(delta.result).toMatchObject({ shape: 'delta', delta: { table: 'd.t', from: 'v1', to: 'live', way: null } });
  expect(await delta.rows()).toEqual([[1]]);
  const counted = await shown("DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 'v1'} OUTPUT COUNT");
  expect(await counted.rows()).toEqual([[1]]);
  expect(counted.result.shape).toBe('rows');
  expect((await shown("DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 'v1'} OUTPUT LIMIT 0")).result).toEqual({});
  expect(await (await shown('SHOW SNAPSHOTS')).rows()).toHaveLength(1);
});

test('what is done is said, and what is refused by a person is not done', async () => {
  expect((await shown('CREATE SNAPSHOT v2 FOR TABLE d t')).result).toEqual({ sentence: 'v2 is pinned: 2 rows.' });
  await expect(shown('DROP SNAPSHOT v2', store, false)).rejects.toMatchObject({ code: 'cancelled' });
  const dropped = await shown('DROP SNAPSHOT v2');
  expect(dropped).toMatchObject({ result: { sentence: 'v2 is deleted.' }, asked: ['v2'] });
  const restored = await shown("RESTORE TABLE d.t {SNAPSHOT = 'v1'}");
  expect(restored.result).toMatchObject({ affected: 1, sentence: expect.stringContaining('1 row changed') as string });
  expect(restored.end.safetySnapshot).toMatch(/before_restore/);
  const again = await shown("RESTORE TABLE d.t {SNAPSHOT = 'v1'}");
  expect(again.asked).toEqual([]);
  expect(again.end.note).toContain('already as it was');
});

test('a store that can only be read is shown in the same way', async () => {
  const file = folder.at('frozen.json');
  await freeze(store, file);
  const frozen = new FrozenStore(file);
  const delta = await shown("DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 'v1'}", frozen);
  expect(delta.result).toMatchObject({ shape: 'delta', delta: { from: 'v1', to: 'live' } });
  expect(await delta.rows()).toEqual([[1]]);
  await expect(shown('CREATE SNAPSHOT v9 FOR TABLE d t', frozen)).rejects.toMatchObject({ code: 'store.readOnly' });
});
