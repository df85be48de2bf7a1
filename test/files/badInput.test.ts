/** Files that nobody wants, and what becomes of them: one sentence, nothing left behind, in bounded time. */
import { appendFileSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { importFile } from '../../src/files/importFile.ts';
import { useFolder } from './support/folder.ts';
import { failureOf, imports, request, rowsOf, typesIn } from './support/imports.ts';

const folder = useFolder();
const many = (count: number, line: (i: number) => string): string =>
  `id,x\n${Array.from({ length: count }, (_, i) => line(i)).join('\n')}\n`;

describe('a key that is wrong in the last line of many', () => {
  it.each<[string, string, string]>([
    ['missing', ',9', 'value.refused'],
    ['there already', '7,9', 'table.duplicateKey'],
  ])('because it is %s leaves nothing behind', async (_, last, code) => {
    const { store, take } = imports(folder);
    const failure = await failureOf(take('a.csv', `${many(40_000, (i) => `${i},${i}`)}${last}\n`));
    expect(failure).toMatchObject({ code, data: { line: 40_002 } });
    expect(await store.databases()).toEqual([]);
  });

  it('leaves a table that is there as it was', async () => {
    const { store, take } = imports(folder);
    await take('a.csv', 'id,x\n1,2\n');
    await failureOf(take('b.csv', `${many(20_000, (i) => `${i},${i}`)}7,9\n`));
    expect(await rowsOf(store)).toEqual([[1, 2]]);
  });
});

describe('what is no file', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it('is said to be a folder', async () => {
    mkdirSync(folder.at('x.csv'));
    for (const name of ['x.csv', 'y.parquet', 'z.jsonl']) {
      if (name !== 'x.csv') mkdirSync(folder.at(name));
      const failure = await failureOf(importFile(folder.store(), request(folder.at(name))));
      expect(failure.message).toBe(`Cannot read ${folder.at(name)}: it is a folder`);
    }
  });

  it.skipIf(process.platform === 'win32')('is said to be no ordinary file, and is not waited for', async () => {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(folder.at('s.csv'), resolve);
    });
    const failure = await failureOf(importFile(folder.store(), request(folder.at('s.csv'))));
    expect(failure.message).toContain('it is no ordinary file');
  });
});

it('a file that grows while it is read is refused, and nothing was changed', async () => {
  const store = folder.store();
  const file = folder.write(
    'a.csv',
    many(60_000, (i) => `${i},${i}`),
  );
  let grown = false;
  const grow = (): void => {
    if (!grown) appendFileSync(file, '99999,1\n');
    grown = true;
  };
  const failure = await failureOf(importFile(store, request(file), grow));
  expect(failure.message).toContain('it was changed while it was read');
  expect(await store.databases()).toEqual([]);
});

it('2,001 columns are refused by the limit', async () => {
  const names = Array.from({ length: 2_001 }, (_, i) => `c${i}`);
  const { take } = imports(folder);
  const failure = await failureOf(take('a.csv', `id,${names.join(',')}\n`));
  expect(failure.message).toMatch(/too many columns: 2,002, and at most 2,000/);
});

describe('a packed file', () => {
  const text = 'id,x\n1,a\n2,b\n';

  it.each(['a.csv.gz', 'a.csv', 'a.tsv.gz'])('%s is read', async (name) => {
    const { store, take } = imports(folder);
    const contents = name.includes('tsv') ? text.replaceAll(',', '\t') : text;
    await take(name, new Uint8Array(gzipSync(contents)));
    expect(await rowsOf(store)).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });

  it('of JSON Lines is read', async () => {
    const { store, take } = imports(folder);
    await take('a.jsonl.gz', new Uint8Array(gzipSync('{"id":1,"x":"a"}\n')));
    expect(await typesIn(store)).toEqual({ id: 'BIGINT', x: 'TEXT' });
  });

  it('that is cut short is refused', async () => {
    const { take } = imports(folder);
    const failure = await failureOf(take('a.csv.gz', new Uint8Array(gzipSync(text).subarray(0, 20))));
    expect(failure.message).toContain('it is packed by gzip, and cut short');
  });
});

it('a cancel leaves nothing behind at any moment', async () => {
  const store = folder.store();
  const file = folder.write(
    'a.csv',
    many(60_000, (i) => `${i},${i}`),
  );
  for (const moment of [0, 1]) {
    const controller = new AbortController();
    let heard = 0;
    const stop = (): void => {
      if (heard++ === moment) controller.abort();
    };
    expect(await failureOf(importFile(store, request(file), stop, controller.signal))).toMatchObject({
      code: 'cancelled',
    });
  }
  expect(await store.databases()).toEqual([]);
  expect(readdirSync(folder.at('')).filter((name) => name.endsWith('.part'))).toEqual([]);
});

it('JSON is compared by its value', async () => {
  const { store, take } = imports(folder);
  await take('a.jsonl', '{"id":1,"x":{"a":1,"b":[2.0,{"c":"1"}]}}\n{"id":2,"x":{"a":1}}\n');
  const same = await take('b.jsonl', '{"id":1,"x":{"b":[2,{"c":"1"}],"a":1}}\n{"id":2,"x":{"a":"1"}}\n');
  expect(same).toMatchObject({ updated: 1, unchanged: 1 });
  expect((await rowsOf(store))[1]).toEqual([2, '{"a": "1"}']);
  const digits = await take('c.jsonl', '{"id":1,"x":{"b":[2,{"c":1}],"a":1}}\n');
  expect(digits).toMatchObject({ updated: 1, unchanged: 0 });
});
