/** Too much of something is one sentence: each limit where it is reached, and just below it. */
import { describe, expect, it, test } from 'vitest';
import { configProblems, readConfig } from '../../src/app/config/config.ts';
import { withTraining } from '../../src/app/config/configEdits.ts';
import { Failure } from '../../src/base/failure.ts';
import { jsonNesting, limits, limitSentence, type LimitName } from '../../src/base/limits.ts';
import { importFile } from '../../src/files/importFile.ts';
import { useFolder } from '../files/support/folder.ts';

const folder = useFolder();

/** One sentence or two, for a person: no stack, no line break, no name of a class. */
function sentenceOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return error instanceof Failure ? error.message : '';
  }
  throw new Error('Nothing was refused.');
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  return error instanceof Failure ? error.message.replaceAll(folder.at('x').slice(0, -1), '') : '';
}

test.each(Object.keys(limits) as LimitName[])('%s is a sentence with its number', (limit) => {
  for (const found of [undefined, limits[limit].most + 1]) {
    const said = limitSentence({ limit, where: 'It', found });
    expect(said).toMatch(/^It .*\.$/);
    expect(said.replaceAll(',', '')).toContain(String(limits[limit].most));
  }
});

describe('nesting', () => {
  test.each<[string, number]>([
    ['', 0],
    ['[{"a": [1]}]', 3],
    ['["[[[["]', 1],
    ['["\\"[[["]', 1],
    ['// "\n[[1]]', 2],
    ['/* [[[ " */ [1]', 1],
    ['"never closed\n[[1]]', 2],
    [']]][[', 2],
    ['/ [', 1],
  ])('of %j is %d', (text, deepest) => {
    expect(jsonNesting(text)).toEqual({ deepest, beyond: null });
  });

  test('of deltatrain.json is a problem at its place, also behind a comment with a quote and in what is no JSON', () => {
    for (const before of ['', '// "\n', '"\n', '{"trainings": ']) {
      const text = before + '['.repeat(100_000);
      const [problem, ...others] = configProblems(text);
      expect(others).toEqual([]);
      expect(problem?.message).toMatch(
        /^This nests objects and lists too deep: 100,0\d\d, and at most 500 are read\. /,
      );
      expect(text.slice(problem?.offset, (problem?.offset ?? 0) + 1)).toBe('[');
      expect(sentenceOf(() => readConfig(text, 'deltatrain.json'))).toMatch(
        /^deltatrain\.json: line \d, column \d+: This nests/,
      );
      const training = { connection: 'c', table: 'd.t', label: 'y' };
      expect(sentenceOf(() => withTraining(text, 't', training))).toMatch(
        /^deltatrain\.json nests objects and lists too/,
      );
    }
  });

  it('of a line of JSON Lines is a sentence with the line; just below it is read', async () => {
    const store = folder.store();
    const table = { database: 'd', table: 't' };
    const how = { table, key: ['id'], mode: 'upsert', safetySnapshot: null, maxDeletes: null } as const;
    const line = (id: number, depth: number): string =>
      `{"id":${id},"x":${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}}`;
    const deep = folder.write('deep.jsonl', [line(1, 1), line(2, 200_000)].join('\n'));
    expect(await refusal(importFile(store, { file: deep, ...how }))).toBe(
      'deep.jsonl, line 2, nests objects and lists too deep: 200,001, and at most 500 are read. Write it flatter, or leave that value out.',
    );
    const flat = folder.write('flat.jsonl', line(1, limits.jsonNesting.most - 1));
    expect(await importFile(store, { file: flat, ...how })).toMatchObject({ inserted: 1 });
  });
});

describe('width', () => {
  const how = {
    table: { database: 'd', table: 't' },
    key: ['c0'],
    mode: 'upsert',
    safetySnapshot: null,
    maxDeletes: null,
  } as const;
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `c${i}`);

  it.each(['csv', 'jsonl'])('of a .%s file is a sentence', async (extension) => {
    const object = Object.fromEntries(names(30_000).map((name) => [name, 1]));
    const text = extension === 'csv' ? `${names(30_000).join(',')}\n1` : JSON.stringify(object);
    const file = folder.write(`wide.${extension}`, text);
    expect(await refusal(importFile(folder.store(), { file, ...how }))).toMatch(
      /^wide\.\w+ has too many columns: (?:30,000, and at most 2,000 are read|more than 2,000)\. Leave columns out/,
    );
  });

  it('that a file may have and an embedded store not is a sentence of the store', async () => {
    const file = folder.write('wide.csv', `${names(1_000).join(',')}\n${names(1_000).fill('1').join(',')}\n`);
    expect(await refusal(importFile(folder.store(), { file, ...how }))).toMatch(
      /^d\.t would have 1000 columns, and the embedded store/,
    );
  });
});

describe('a record', () => {
  const how = {
    table: { database: 'd', table: 't' },
    key: ['id'],
    mode: 'upsert',
    safetySnapshot: null,
    maxDeletes: null,
  } as const;
  const long = 'x'.repeat(limits.record.most + 1);

  it.each([
    ['csv', `id,x\n1,a\n2,"${long}"\n`, 3],
    ['jsonl', `{"id":1,"x":"a"}\n{"id":2,"x":"${long}"}\n`, 2],
  ])('of a .%s file that is too long is a sentence with the line', async (extension, text, line) => {
    const file = folder.write(`long.${extension}`, text);
    expect(await refusal(importFile(folder.store(), { file, ...how }))).toBe(
      `long.${extension}, line ${line}, is too long: more than 67,108,864 (characters). Leave that value out, or keep it in a file of its own and its name in the table.`,
    );
  });
});

describe('a value that an expression makes', () => {
  it.each([
    ["REPEAT('x', 2000000000)", /^REPEAT would make a value that is too long: 2,000,000,000, and at most 67,108,864/],
    ["REPEAT('xy', 1e15)", /^REPEAT would make a value that is too long/],
    ["REPEAT('xy', 1e300)", /^10{300} is out of range\.$/],
    ['SPACE(2000000000)', /^SPACE would make/],
    ["LPAD('x', 2000000000, 'ab')", /^LPAD would make/],
    ["RPAD('x', 2000000000, 'ab')", /^RPAD would make/],
  ])('%s is a sentence', async (expression, sentence) => {
    const store = folder.store();
    const run = async (): Promise<void> => {
      for await (const page of store.query({ sql: `SELECT ${expression}` })) expect(page.rows).toBe(0);
    };
    expect(await refusal(run())).toMatch(sentence);
  });

  it('within the limit is made', async () => {
    const store = folder.store();
    const lengths: unknown[] = [];
    for await (const page of store.query({ sql: "SELECT LENGTH(REPEAT('xy', 1000000))" })) lengths.push(page.rows);
    expect(lengths).toEqual([1]);
  });
});
