// What the command line itself does: wrong words, help, the Node it needs, and Ctrl+C.
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useCli } from './support/cli.ts';

const cli = useCli();

describe('usage', () => {
  it('tells the version', async () => {
    const ran = await cli.run(['--version']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [[], /^Say what to do/],
    [['imprt', 'x'], /Did you mean "import"/],
    [['diff', 'd.t', '--from', 's', '--limit', '-1'], /^--limit cannot be -1: write a whole number from 0 on/],
    [['import', 'a.csv', '--table', 'a.b.c'], /--table is "a\.b\.c": write the table as db\.table/],

    [['import', 'a.csv', '--tabel', 'd.t'], /--tabel/],
    [
      ['import', 'a.csv', '--table', '--sync'],
      /^Option '--table' argument is ambiguous\. Usage: deltatrain import FILE/,
    ],
    [['import', 'a.csv'], /--table is missing/],
    [['import'], /Something is missing/],
    [['export', 'd.t', 'more', '--out', 'x.csv'], /Too many arguments/],
    [['export', 'd.t', '--out', 'x.jsonl', '--guard-cells'], /^--guard-cells is for a \.csv or \.tsv file/],
    [['diff', 'd.t', '--from', 's', '--guard-cells'], /^--guard-cells is for a \.csv/],
    [['diff', 'd.t'], /--from is missing/],
    [['diff', 'd.t', '--from', 's', '--limit', 'some'], /whole number/],
    [['restore', 'd.t'], /--to is missing/],
    [['snapshot', 'make'], /^Say what to do: snapshot create, /],
  ])('%j says what is wrong', async (args, sentence) => {
    const ran = await cli.run(args);
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) as string });
  });

  it.each([
    [['sql', 'no.sql'], /^Cannot read no\.sql: there is no such file\.?\n$/],
    [['lint', 'no.sql'], /^Cannot read no\.sql: there is no such file\.?\n$/],
    [['sql', '.'], /^Cannot read \.: it is a folder\.?\n$/],
  ])('%j says why it cannot read the file', async (args, sentence) => {
    const ran = await cli.run(args);
    expect(ran).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) as string });
  });

  it('has help for all and for each', async () => {
    expect((await cli.run(['--help'])).stdout).toContain('snapshot create NAME');
    expect((await cli.run(['diff', '--help'])).stdout).toContain('--from S');
  });
});

describe('a Node without node:sqlite', () => {
  const withoutSqlite = ['--no-experimental-sqlite'];

  it('says what is needed when there is no other', async () => {
    const ran = await cli.run(['snapshot', 'list', '--json'], { node: withoutSqlite });
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('Use Node 22.16') as string });
    cli.check('error', JSON.parse(ran.stdout));
  });

  it("runs again on the repository's own", async () => {
    cli.installNode();
    const ran = await cli.run(['lint', '-', '--json'], { node: withoutSqlite, input: 'SELECT 1' });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    cli.check('lint', JSON.parse(ran.stdout));
    expect((await cli.run(['imprt'], { node: withoutSqlite })).code).toBe(2);
  });
});

describe('cancelling', () => {
  it('ends with 130 and leaves nothing behind', async () => {
    const lines = Array.from({ length: 400_000 }, (_, i) => `${i},${i}`);
    writeFileSync(cli.at('big.csv'), `id,v\n${lines.join('\n')}\n`);
    const child = cli.start([
      'import',
      'big.csv',
      '--table',
      'd.t',
      '--key',
      'id',
      '-c',
      'embedded:cancel.db',
      '--json',
    ]);
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    await expect.poll(() => readdirSync(cli.at('.')).includes('cancel.db'), { timeout: 30_000 }).toBe(true);
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(130);
    if (printed !== '') expect(JSON.parse(printed)).toMatchObject({ error: { code: 'cancelled' } });
    const after = await cli.run(['sql', '-', '--json', '-c', 'embedded:cancel.db'], { input: 'SHOW DATABASES' });
    expect(JSON.parse(after.stdout)).toMatchObject({ ok: true });
    expect(after.stdout).not.toContain('"d"');
  });

  it('ends a statement by force that does not stop by itself', async () => {
    const endless =
      'SELECT COUNT(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b WHERE a.result + b.result = -1';
    const child = cli.start(['sql', '-', '-c', 'embedded:endless.db']);
    child.stdin?.end(endless);
    await expect.poll(() => readdirSync(cli.at('.')).includes('endless.db'), { timeout: 30_000 }).toBe(true);
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(130);
  });
});
