/** Columns that came, went, were renamed or changed type between two versions, on a real store. */
import { describe, expect, it } from 'vitest';
import { columnChanges, columnSentences, requireSameColumns } from '../../../src/app/versions/columnChanges.ts';
import type { LocalStore } from '../../../src/data/store.ts';
import { atSnapshot, live } from '../../../src/data/version.ts';
import { restoreTable } from '../../../src/app/versions/restoreTable.ts';
import { useFolder } from '../../files/support/folder.ts';
import { imports } from '../../files/support/imports.ts';

const folder = useFolder();
const table = { database: 'd', table: 't' };
const sides = { table, from: atSnapshot('s'), to: live };

async function changed(...statements: string[]): Promise<LocalStore> {
  const { store, take } = imports(folder);
  await take('a.csv', 'id,x,y\n1,5,a\n2,6,b\n3,7,c\n');
  await store.createSnapshot('s', { level: 'table', table });
  for (const sql of statements) for await (const page of store.query({ sql })) expect(page.rows).toBe(0);
  return store;
}

describe('the columns of two versions', () => {
  it('are the same where only rows changed', async () => {
    expect(await columnChanges(await changed('UPDATE d.t SET x = 9 WHERE id = 1'), sides)).toBeNull();
    expect(columnSentences(null)).toEqual([]);
  });

  it('that came and went are named with their types, and what is compared is said', async () => {
    const store = await changed(
      'ALTER TABLE d.t ADD COLUMN z DOUBLE',
      'UPDATE d.t SET z = 1.5',
      'ALTER TABLE d.t DROP COLUMN y',
    );
    const changes = await columnChanges(store, sides);
    expect(changes).toEqual({
      added: [{ name: 'z', type: 'DOUBLE' }],
      dropped: [{ name: 'y', type: 'TEXT' }],
      renamed: [],
      retyped: [],
    });
    expect(columnSentences(changes)).toEqual([
      'Columns that came: z DOUBLE.',
      'Columns that went: y TEXT.',
      'Rows are compared by the columns that both versions have.',
    ]);
  });

  it('that were renamed are guessed by their values', async () => {
    const changes = await columnChanges(await changed('ALTER TABLE d.t RENAME COLUMN x TO amount'), sides);
    expect(changes).toMatchObject({ added: [], dropped: [], renamed: [{ from: 'x', to: 'amount' }] });
    expect(columnSentences(changes)[0]).toBe('x seems to be called amount now: it has the same values.');
  });

  it('that have other values are no guess', async () => {
    const store = await changed('ALTER TABLE d.t RENAME COLUMN x TO amount', 'UPDATE d.t SET amount = 9');
    expect(await columnChanges(store, sides)).toMatchObject({
      added: [{ name: 'amount' }],
      dropped: [{ name: 'x' }],
      renamed: [],
    });
  });

  it('are a failure for what needs the same ones', async () => {
    const changes = await columnChanges(await changed('ALTER TABLE d.t ADD COLUMN z DOUBLE'), sides);
    expect(() => requireSameColumns('d.t', changes)).toThrow(/The columns of d\.t differ.*Columns that came: z DOUBLE/);
    expect(() => requireSameColumns('d.t', null)).not.toThrow();
  });
});

it('the preview of a restore names them', async () => {
  const store = await changed('ALTER TABLE d.t RENAME COLUMN x TO amount');
  let sentence = '';
  const request = { store, table, to: 's', environment: 'development' as const };
  await restoreTable(
    request,
    (question) => {
      sentence = question.sentence;
      return Promise.resolve(false);
    },
    new AbortController().signal,
  );
  expect(sentence).toContain('takes its columns back to what they were');
  expect(sentence).toContain('amount seems to be x, and is called so again');
});
