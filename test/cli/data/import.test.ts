/** Imports by the command line: how the file is read, what is said of it, what is remembered, and what a diff says of columns. */
import { describe, expect, it } from 'vitest';
import { useCli } from '../support/cli.ts';

const cli = useCli();
const config = (name: string): string =>
  JSON.stringify({ connections: { [name]: { kind: 'embedded', path: `${name}.db` } } });
interface Imported {
  readonly rows: number;
  readonly notes: readonly string[];
}

describe('how a file is read', () => {
  it('is chosen, said, and remembered in deltatrain.json for the next one', async () => {
    cli.write('deltatrain.json', config('risk'));
    cli.write('a.csv', 'nr;x\n1;7,none\n'.replace('7,none', 'none'));
    const first = await cli.run([
      'import',
      'a.csv',
      '--table',
      'd.t',
      '--key',
      'id',
      '--rename',
      'nr=id',
      '--na',
      'none',
      '--types',
      'x=decimal(10,2)',
    ]);
    expect(first.stderr).toContain('cells are separated by ";"');
    expect(first.stderr).toContain('The next file of d.t is read the same way');
    expect(first.code).toBe(0);
    const kept = JSON.parse(cli.read('deltatrain.json')) as { imports: unknown };
    expect(kept.imports).toEqual({
      risk: { 'd.t': { types: { x: 'decimal(10,2)' }, rename: { nr: 'id' }, na: ['none'] } },
    });
    cli.write('b.csv', 'nr;x\n2;1.50\n3;none\n');
    const second = await cli.run(['import', 'b.csv', '--table', 'd.t']);
    expect(second.stderr).toContain('is read as before: types x=decimal(10,2); names nr=id');
    expect(second.stdout).toContain('2 rows read');
  });

  it('has options that are refused by what is wrong with them', async () => {
    cli.write('c.csv', 'id,x\n1,2\n');
    for (const [option, text, said] of [
      ['--types', 'x', 'write it as a=text'],
      ['--separator', 'ab', 'it is one character'],
      ['--encoding', 'ebcdic', 'it is one of utf-8'],
    ] as const) {
      const ran = await cli.run([
        'import',
        'c.csv',
        '--table',
        'd.u',
        '--key',
        'id',
        option,
        text,
        '--connection',
        'embedded:u.db',
      ]);
      expect(ran).toMatchObject({ code: 2 });
      expect(ran.stderr).toContain(said);
    }
  });

  it('is in the document', async () => {
    cli.write('d.csv', 'id,x\n1,2\n2,NA\n');
    const args = ['import', 'd.csv', '--table', 'd.v', '--key', 'id', '--connection', 'embedded:v.db'];
    const { rows, notes } = await cli.json<Imported>('import', args);
    expect(rows).toBe(2);
    expect(notes).toEqual(["x: 1 are 'NA', read as NULL; other marks can be named."]);
  });
});

describe('columns that came or went', () => {
  it('are said by diff, and no script is written that could not carry them', async () => {
    const connection = ['--connection', 'embedded:w.db'];
    cli.write('e.csv', 'id,x\n1,2\n2,3\n');
    cli.write('f.csv', 'id,x,z\n1,2,5\n2,3,6\n');
    await cli.run(['import', 'e.csv', '--table', 'd.t', '--key', 'id', ...connection]);
    await cli.run(['snapshot', 'create', 's', '--table', 'd.t', ...connection]);
    expect(await cli.run(['import', 'f.csv', '--table', 'd.t', ...connection])).toMatchObject({ code: 1 });
    expect(await cli.run(['import', 'f.csv', '--table', 'd.t', '--add-columns', ...connection])).toMatchObject({
      code: 0,
    });
    const shown = await cli.run(['diff', 'd.t', '--from', 's', ...connection]);
    expect(shown.stdout).toContain('Columns that came: z BIGINT.');
    const document = await cli.json<{ columns: unknown }>('diff', ['diff', 'd.t', '--from', 's', ...connection]);
    expect(document.columns).toMatchObject({ added: [{ name: 'z', type: 'BIGINT' }] });
    const script = await cli.run(['diff', 'd.t', '--from', 's', '--out', 'p.sql', ...connection]);
    expect(script.code).toBe(1);
    expect(script.stderr).toContain('Columns that came: z BIGINT');
  });
});

describe('several files', () => {
  it('are one import, by name or by a pattern; one with other columns is refused', async () => {
    const connection = ['--connection', 'embedded:x.db'];
    cli.write('p1.csv', 'id,x\n1,a\n');
    cli.write('p2.csv', 'x,id\nb,2\n');
    const first = await cli.json<Imported>('import', [
      'import',
      'p1.csv',
      'p2.csv',
      '--table',
      'd.t',
      '--key',
      'id',
      ...connection,
    ]);
    expect(first).toMatchObject({ rows: 2, inserted: 2 });
    const again = await cli.json<Imported>('import', ['import', 'p?.csv', '--table', 'd.t', '--sync', ...connection]);
    expect(again).toMatchObject({ rows: 2, unchanged: 2 });
    cli.write('p3.csv', 'id,y\n3,c\n');
    const refused = await cli.run(['import', 'p*.csv', '--table', 'd.t', ...connection]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/p3\.csv has other columns than .*p1\.csv\. It has no x\. New is y\./);
  });

  it('may be standard input', async () => {
    const connection = ['--connection', 'embedded:y.db'];
    const args = ['import', '-', '--format', 'jsonl', '--table', 'd.t', '--key', 'id', ...connection];
    const done = await cli.json<Imported>('import', args, { input: '{"id":1,"x":"a"}\n{"id":2,"x":"b"}\n' });
    expect(done).toMatchObject({ rows: 2, inserted: 2 });
  });
});
