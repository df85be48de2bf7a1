// The published tutorial's part 7 as docs/write-audit-publish has it: a dirty batch is refused at the gate, a clean one is published.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { useCli } from '../support/cli.ts';

const example = path.join(import.meta.dirname, '../../../docs/write-audit-publish');

interface Document {
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly count: number;
    readonly rows: object[];
  }[];
  readonly failed: number;
}

const cli = useCli();
const stage = ['check', '--table', 'wap_demo.events', '--on', 'wap_demo.events_stage'];

const rowsIn = async (where: string): Promise<number> => {
  const ran = await cli.run(['sql', '-', '--json'], { input: `SELECT COUNT(*) FROM wap_demo.events WHERE ${where};` });
  return (JSON.parse(ran.stdout) as { rows: [[number]] }).rows[0][0];
};

test('what the tutorial prints: 51, 20, 15 and 56 rows of a dirty batch, and 105,000 when a clean one is published', async () => {
  cpSync(example, cli.at('.'), { recursive: true });
  for (const script of ['production.sql', 'stage.sql', 'dirty.sql'])
    expect(await cli.run(['sql', script])).toMatchObject({ code: 0 });
  const dirty = await cli.json<Document>('check', [...stage, '--junit', 'junit.xml', '--markdown', 'checks.md'], {
    code: 3,
  });
  expect(Object.fromEntries(dirty.checks.map(({ name, ok, count }) => [name, ok ? 'ok' : count]))).toEqual({
    null_user: 51,
    negative_amount: 20,
    outlier_amount: 15,
    bad_status: 'ok',
    orphan_users: 56,
    batch_rows: 'ok',
    'one event, one row': 'ok',
  });
  expect(dirty.checks.find(({ name }) => name === 'orphan_users')?.rows[0]).toEqual({
    event_id: 200_089,
    user_id: 999_999,
  });
  const junit = cli.read('junit.xml');
  expect(junit).toContain('<testsuites name="deltatrain" tests="7" failures="4" errors="0"');
  expect(junit).toContain('<failure type="missing" message="1.0 % of user_id is missing in 51 rows.">');
  const markdown = cli.read('checks.md');
  expect(markdown).toContain('## DeltaTrain checks: 4 of 7 checks do not hold');
  expect(markdown).toContain('| 200250 | \\-1\\.00 |');
  expect(markdown).toContain('… and 46 more.');
  // A merge is not even sent: the checks say so first, however the store is named.
  cli.write('merge.sql', 'DATA BRANCH MERGE wap_demo.events_stage INTO wap_demo.events;');
  for (const connection of [[], ['-c', 'embedded:.deltatrain/store.db']]) {
    const merge = await cli.run(['sql', 'merge.sql', ...connection]);
    expect([merge.code, merge.stderr]).toEqual([
      3,
      expect.stringMatching(/was not begun, because a check does not hold: "null_user" of/),
    ]);
  }
  expect(await rowsIn('1 = 1')).toBe(100_000);

  for (const script of ['stage.sql', 'clean.sql']) expect(await cli.run(['sql', script])).toMatchObject({ code: 0 });
  const clean = await cli.run(stage);
  expect([clean.code, clean.stdout]).toEqual([0, expect.stringContaining('All 7 checks hold.')]);
  expect(await cli.run(['sql', 'publish.sql'])).toMatchObject({ code: 0 });
  expect(await rowsIn('1 = 1')).toBe(105_000);
  expect(await rowsIn('user_id IS NULL OR amount < 0 OR amount > 10000')).toBe(0);
  expect((await cli.json<Document>('check', ['check'])).failed).toBe(0);
}, 240_000);

test('the page of the documentation has the files as they are', () => {
  const page = readFileSync(path.join(example, '../checks.md'), 'utf8');
  for (const name of ['production.sql', 'stage.sql', 'dirty.sql', 'clean.sql', 'publish.sql', 'deltatrain.json'])
    expect(page).toContain(`write-audit-publish/${name}`);
});

test('wrong usage says so in a sentence: exit 2', async () => {
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await cli.run(['check', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    return stderr;
  };
  expect(await refused('--table', 'wap_demo.event')).toContain('Did you mean wap_demo.events?');
  expect(await refused('--on', 'wap_demo.events')).toContain('--on goes with --table');
  expect(await refused('weather', '--table', 'wap_demo.events')).toContain('not both');
  writeFileSync(cli.at('deltatrain.json'), '{"connections": {"local": {"kind": "embedded", "path": "s.db"}}}');
  expect(await refused()).toContain('names no check');
  writeFileSync(
    cli.at('deltatrain.json'),
    '{"checks": {"local": {"d.t": {"few": {"kind": "rows"}, "odd": {"kind": "row", "min": 1}, "late": {"kind": "deletes", "maxShare": 0, "before": ["merge"]}}}}}',
  );
  const wrong = await cli.run(['check']);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain(
    '"kind" must be one of "rows", "key", "range", "values", "missing", "sql", "deletes". Did you mean "rows"?',
  );
  expect(wrong.stderr).toContain('"few" has none of the forms that are allowed here.');
  expect(wrong.stderr).toContain('"before" must be one of "training".');
});

test('a connection that cannot be opened stops no other, and what --on does not ask is said', async () => {
  const few = { kind: 'rows', min: 1 };
  const gone = { kind: 'deletes', maxShare: 0.1 };
  const local = { kind: 'embedded', path: 'own.db' };
  const checks = {
    away: { 'd.t': { few } },
    local: { 'd.t': { few, gone }, 'd.past': { gone } },
  };
  const training = { connection: 'away', table: 'd.t', label: 'x', checks: { data: { kind: 'data' } } };
  // No folder can lie below a file.
  const away = { kind: 'embedded', path: 'own.sql/none.db' };
  cli.write('deltatrain.json', JSON.stringify({ connections: { local, away }, checks, trainings: { t: training } }));
  cli.write(
    'own.sql',
    'CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, x INT); INSERT INTO d.t VALUES (1, 2);',
  );
  expect(await cli.run(['sql', 'own.sql', '-c', 'local'])).toMatchObject({ code: 0 });
  const document = await cli.json<Document>('check', ['check', '--junit', 'away.xml'], { code: 3 });
  expect(document.checks.map(({ name, ok }) => [name, ok])).toEqual([
    ['few', false],
    ['few', true],
    ['gone', true],
    ['gone', true],
    ['data', false],
  ]);
  expect(cli.read('away.xml')).toContain('tests="5" failures="0" errors="2"');
  const some = await cli.run(['check', '--table', 'd.T', '--on', 'd.t', '-c', 'local']);
  expect([some.code, some.stderr]).toEqual([0, expect.stringContaining('Not asked with --on') as string]);
  const none = await cli.run(['check', '--table', 'd.past', '--on', 'd.t']);
  expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/Not asked with --on.*"gone".*Nothing else/s)]);
}, 120_000);
