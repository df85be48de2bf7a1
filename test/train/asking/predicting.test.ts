// A stored model's answers, page by page: the same bits as the trainer's own, and what it met that it was not trained on.
import { describe, expect, test } from 'vitest';
import { packRows, type RowPage } from '../../../src/data/page.ts';
import type { AnswerPage, PredictEnd } from '../../../src/data/predicting/predicting.ts';
import type { Task } from '../../../src/data/training.ts';
import type { Value } from '../../../src/data/value.ts';
import { sideNumbers } from '../../../src/data/trainPage.ts';
import { bestClass } from '../../../src/train/kernel/bestClass.ts';
import { probabilitiesOf } from '../../../src/train/measure/probabilities.ts';
import { learners } from '../../../src/train/models/table.ts';
import { KeptRows } from '../../../src/train/rows/keptRows.ts';
import { openModel } from '../../../src/train/stored.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { type Case, caseOf, type Table } from '../support/cases.ts';
import { brief } from '../support/runCase.ts';
import { shop } from '../support/shop.ts';

const forever = new AbortController().signal;
const table = shop(0, 900);

const trained = async (learner: string, task: Task = 'classification', of: Table = table): Promise<Uint8Array> => {
  const options = { ...learners[learner]?.options.defaults, ...learners[learner]?.trial };
  const one: Case = caseOf(of, { learner, options, task });
  const job = { plan: one.plan, parent: null, baseline: null, judge: brief };
  return (await createTrainer().run(job, one.rows, forever, () => {})).artifact;
};

/** The features of these rows in pages of so many. */
function pagesOf(rows: readonly (readonly Value[])[], size: number, columns = table.columns): RowPage[] {
  const pages: RowPage[] = [];
  for (let from = 0; from < rows.length; from += size)
    pages.push(
      packRows(
        columns.slice(0, -1),
        rows.slice(from, from + size).map((row) => row.slice(0, -1)),
      ),
    );
  return pages;
}

async function ask(artifact: Uint8Array, pages: readonly RowPage[]): Promise<{ all: AnswerPage[]; end: PredictEnd }> {
  const asked = createTrainer().predict(
    { artifact, name: 'shop/m1' },
    async function* () {
      yield* pages;
    },
    forever,
  );
  const all: AnswerPage[] = [];
  for (;;) {
    const step = await asked.next();
    if (step.done) return { all, end: step.value };
    all.push(step.value);
  }
}

const joined = (all: readonly AnswerPage[], of: 'best' | 'probabilities' | 'values'): number[] =>
  all.flatMap((page) => [...(page[of] ?? [])]);

const rowsOfTable = [...table.rows.values()];

describe.each([
  ['mlp', 'classification'],
  ['linear', 'classification'],
  ['forest', 'classification'],
  ['linear', 'regression'],
  ['forest', 'regression'],
] as const)('%s, a %s', (learner, task) => {
  const numbers: Table = {
    columns: [...table.columns.slice(0, -1), { name: 'price', type: 'DOUBLE' }],
    rows: new Map([...table.rows].map(([key, row], i) => [key, [...row.slice(0, -1), i % 17]])),
  };
  const own = task === 'regression' ? numbers : table;

  test('answers any rows with the bits of the trainer, however they are cut into pages', async () => {
    const artifact = await trained(learner, task, own);
    const party = openModel(learners, artifact, 'shop/m1');
    const rows = [...own.rows.values()];
    const [whole] = pagesOf(rows, rows.length, own.columns);
    if (!whole) throw new Error('no rows');
    const chosen = rows.map((_, row) => ({ row, label: 0 }));
    const kept = new KeptRows(party.coder.form, party.coder.layout);
    kept.add(party.coder.code(whole, chosen, 'class', sideNumbers.test));
    const answers = await party.learner.predict(party.model, kept, forever);
    for (const size of [1, 64, 333, rows.length]) {
      const some = size === 1 ? rows.slice(0, 40) : rows;
      const { all, end } = await ask(artifact, pagesOf(some, size, own.columns));
      expect(all.map((page) => page.rows)).toEqual(pagesOf(some, size, own.columns).map((page) => page.rows));
      expect(end.rows).toBe(some.length);
      if (answers.kind === 'values') {
        expect(joined(all, 'values')).toEqual([...answers.values.subarray(0, some.length)]);
        continue;
      }
      const { classes, values } = answers;
      const probabilities = probabilitiesOf(answers, party.temperature).subarray(0, some.length * classes);
      expect(joined(all, 'probabilities')).toEqual([...probabilities]);
      expect(joined(all, 'best')).toEqual(some.map((_, i) => bestClass(values, i, classes)));
    }
  });
});

test('what was not there in training is counted by column, with examples', async () => {
  const artifact = await trained('mlp');
  const known = rowsOfTable[0] ?? [];
  const names = table.columns.map(({ name }) => name);
  const other = (name: string, value: Value): Value[] => known.map((own, i) => (names[i] === name ? value : own));
  const number = names.find((_, i) => typeof known[i] === 'number') ?? '';
  const text = 'place';
  expect(names).toContain(text);
  const rows = [known, other(text, 'Atlantis'), other(text, 'Atlantis'), other(text, 'Thule'), other(text, null)];
  const { end } = await ask(artifact, pagesOf([...rows, other(number, 1e12), other(number, 'heavy')], 3));
  expect(end.columns.find(({ name }) => name === text)).toEqual({
    ...{ name: text, missing: 1, unknown: 3, unreadable: 0, beyond: 0 },
    examples: ['Atlantis', 'Thule'],
  });
  expect(end.columns.find(({ name }) => name === number)).toMatchObject({
    ...{ unreadable: 1, beyond: 1, examples: ['heavy'] },
  });
});

test('a page that lacks a feature is refused by its name, and so is an artifact that is none', async () => {
  const artifact = await trained('linear');
  const page = packRows(
    table.columns.slice(1, -1),
    rowsOfTable.slice(0, 5).map((row) => row.slice(1, -1)),
  );
  await expect(ask(artifact, [page])).rejects.toMatchObject({ code: 'column.unknown' });
  await expect(ask(artifact.subarray(0, 100), [page])).rejects.toMatchObject({ code: 'model.damaged' });
});

test('no rows are no answers', async () => {
  const { all, end } = await ask(await trained('linear'), []);
  expect([all, end]).toEqual([[], { rows: 0, columns: [] }]);
});
