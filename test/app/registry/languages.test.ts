// What the registry keeps is of no language: codes, values, and what a person wrote. Whoever reads it is told in their own.
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { exclusionReason } from '../../../src/app/registry/judged/exclusionReason.ts';
import { putJudgement } from '../../../src/app/registry/judged/judgements.ts';
import { exclude, lift, withoutOf } from '../../../src/app/training/exclusions/exclude.ts';
import { rememberRestore, wholeRestore } from '../../../src/app/versions/rememberRestore.ts';
import { restoreTable } from '../../../src/app/versions/restoreTable.ts';
import { say, setTranslations } from '../../../src/base/say.ts';
import type { Reason } from '../../../src/data/judgement.ts';
import { type Bench, insertSamples, openBench, sql } from '../support/bench.ts';

const bundle = JSON.parse(readFileSync(new URL('../../../l10n/bundle.l10n.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;
/** A language in which it is seen of every text that it was said. */
const marked = Object.fromEntries(Object.keys(bundle).map((text) => [text, `«${text}»`]));

afterEach(() => setTranslations({}));

const moved: Reason = {
  ...{ kind: 'columnMoved', column: 'x', label: null, where: null, rows: 20, of: 200, asked: 0, before: 0, after: 1 },
  ...{ p: null, direction: 'up', size: 0.1, strength: 6 },
};

const labels = {
  ...({ change: 'labels', column: null, label: { from: null, to: 'c' }, where: null, rows: 5 } as const),
  ...{ share: 0.5, before: 0.9, after: 0.2 },
};

/** The texts of every table of the registry. */
async function keptTexts({ store }: Bench): Promise<string[]> {
  const texts: string[] = [];
  const tables = await store.tables('deltatrain');
  for (const { name } of tables)
    for (const row of await sql(store, `SELECT * FROM deltatrain.${name.table}`))
      texts.push(...row.flatMap((value) => (typeof value === 'string' ? [value] : [])));
  return texts;
}

test('nothing that is said stands in the registry, whatever was done in it', async () => {
  setTranslations(marked);
  const bench = await openBench(200);
  const { store, registry, trainer, workbench } = bench;
  const training = await bench.training();
  await bench.run('full');
  await registry.promote(await registry.model('samples/m1'));
  await insertSamples(store, 200, 240);
  trainer.reasons = [moved];
  const held = (await bench.run('delta')).model;
  if (!held) throw new Error('it was not held');
  await registry.approve(held, held.judgement?.data.hash ?? '', 'as it should be');
  await registry.note(held, 'a note');
  await sql(store, `UPDATE shop.samples SET label = 'c' WHERE id BETWEEN 60 AND 64`);
  trainer.reasons = [{ ...moved, kind: 'labels', column: null }];
  const suspect = (await bench.run('delta')).model;
  const data = suspect?.judgement?.data;
  if (!suspect || !data) throw new Error('it was not held');
  await registry.write([
    { sql: 'DELETE FROM deltatrain.judgements WHERE number = ?', values: [suspect.number] },
    ...putJudgement(training.id, suspect.number, { data, groups: [labels] }, null),
  ]);
  const exclusion = await exclude({ training, without: withoutOf('1'), snapshot: null, note: '' }, workbench);
  await exclude({ training, without: withoutOf('id < 3'), snapshot: null, note: '' }, workbench);
  await lift(registry, training, exclusion.id);
  const table = { database: 'shop', table: 'samples' };
  const restore = { store, table, to: 'samples_v1', environment: 'development' } as const;
  const done = await restoreTable(restore, async () => true, new AbortController().signal);
  if (!done) throw new Error('nothing was restored');
  await rememberRestore(registry, store, wholeRestore({ level: 'table', table }, done));

  const texts = await keptTexts(bench);
  expect(texts.filter((text) => text.includes('«'))).toEqual([]);
  // What is kept of a reason is said when it is shown.
  expect(texts).toContain('group:1');
  expect(exclusionReason(exclusion)).toBe(say('group {0} of {1}', 1, `samples/m${suspect.number}`));
  expect(exclusionReason(exclusion)).toMatch(/^«/);
});
