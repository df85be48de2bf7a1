// Results that are larger than the memory of the process that prints them, and what is left of one that fails or is cancelled half-way.
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useCli } from './support/cli.ts';

const cli = useCli();
/** A heap in MB that holds the program, and not the rows below. */
const small = ['--max-old-space-size=48'];
const rows = 400_000;
const many = `SELECT result AS id, REPEAT('x', 100) AS text FROM generate_series(1, ${rows})`;

interface Printed {
  readonly ok?: boolean;
  readonly rows: readonly unknown[];
  readonly error?: { readonly code: string };
}

describe('a result that is larger than the memory', () => {
  it('of sql is one line, and a table for a person', async () => {
    const args = ['sql', '-', '-c', 'embedded:large.db'];
    const printed = await cli.run([...args, '--json'], { node: small, input: many });
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    const { ok, rows: found } = JSON.parse(printed.stdout) as Printed;
    expect({ ok, length: found.length, last: found.at(-1) }).toEqual({
      ok: true,
      length: rows,
      last: [rows, 'x'.repeat(100)],
    });
    const shown = await cli.run(args, { node: small, input: many });
    expect(shown.code).toBe(0);
    const lines = shown.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(rows + 3);
    expect(lines[0]).toMatch(/^ *id {2}text$/);
    expect(lines.at(-1)).toBe('(400,000 rows)');
  });

  it('of diff is one document', async () => {
    const connection = ['-c', 'embedded:diff.db'];
    const input = `CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, text TEXT);
      CREATE SNAPSHOT s FOR TABLE d t; INSERT INTO d.t ${many};`;
    expect((await cli.run(['sql', '-', ...connection], { input })).code).toBe(0);
    const args = ['diff', 'd.t', '--from', 's', ...connection];
    const printed = await cli.run([...args, '--json'], { node: small });
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    const document = JSON.parse(printed.stdout) as Printed;
    expect(document).toMatchObject({ inserted: rows });
    expect(document.rows).toHaveLength(rows);
    const shown = await cli.run(args, { node: small });
    expect(shown.stdout.trimEnd().split('\n')).toHaveLength(rows + 3);
  });
});

describe.runIf(existsSync('/dev/full'))('standard output that takes no more', () => {
  it.each([
    ['sql', '-'],
    ['sql', '-', '--json'],
    ['lint', '-', '--json'],
  ])('is a failure of %j %j %j', async (...args) => {
    const full = openSync('/dev/full', 'w');
    const input = 'CREATE DATABASE IF NOT EXISTS d; SELECT 1';
    const ran = await cli.run([...args, '-c', 'embedded:full.db'], { input, stdout: full });
    closeSync(full);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('Cannot write standard output: the disk is full.');
  });
});

describe('a result that ends half-way', () => {
  it('because it fails still is a line, which says so', async () => {
    const input = `${many} UNION ALL SELECT 9223372036854775807 + result, 'y' FROM generate_series(1, 1); SELECT 1`;
    const { code, stdout } = await cli.run(['sql', '-', '--json', '-c', 'embedded:half.db'], { input });
    expect(code).toBe(1);
    const [line = '', ...others] = stdout.trimEnd().split('\n');
    expect(others).toEqual([]);
    const document = JSON.parse(line) as Printed;
    cli.check('sql', document);
    expect(document).toMatchObject({ ok: false, error: { code: 'sql.failed' } });
    expect(document.rows).not.toHaveLength(0);
  });

  it.each([
    ['sql', ['sql', 'many.sql']],
    ['diff', ['diff', 'd.t', '--from', 's']],
  ])('because %s is cancelled still is a document', async (definition, args) => {
    cli.write('many.sql', many);
    const child = cli.start([...args, '--json', '-c', 'embedded:diff.db']);
    const stdout = child.stdout?.setEncoding('utf8');
    let printed = '';
    stdout?.once('data', () => child.kill('SIGINT'));
    stdout?.on('data', (text: string) => {
      printed += text;
    });
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(130);
    const document = JSON.parse(printed) as Printed;
    cli.check(definition, document);
    expect(document.error?.code).toBe('cancelled');
    expect(document.rows.length).toBeLessThan(rows);
  });

  it('because its reader has seen enough ends well', async () => {
    const child = cli.start(['sql', 'many.sql', '-c', 'embedded:diff.db']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(0);
  });
});
