// What a run notices of a table's columns while its rows pass: cells that keep a column from being numbers, and columns that came or went.
import { describe, expect, test } from 'vitest';
import { checkDelta } from '../../../../src/app/models/checkDelta.ts';
import { readConfig } from '../../../../src/app/config/config.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import { live } from '../../../../src/data/version.ts';
import { learners } from '../../../../src/train/models/table.ts';
import { createTrainer } from '../../../../src/train/trainer.ts';
import { noteSentence } from '../../../../src/words/judgement.ts';
import { benchOf, openStore, sql } from '../../support/bench.ts';

const forever = new AbortController().signal;

/** Rows whose `x` is a text: a number, or now and then what `odd` says. */
const insert = (from: number, to: number, odd: (id: number) => string | null): string =>
  `INSERT INTO shop.parts (id, x, plate, label) VALUES ${Array.from({ length: to - from }, (_, i) => {
    const id = from + i;
    const x = odd(id) ?? String(id / 4);
    return `(${id}, '${x}', '${id % 7 === 0 ? '0' : ''}${10_000 + id}', '${id % 3 === 0 ? 'b' : 'a'}')`;
  }).join(', ')}`;

async function shop(more: Record<string, unknown> = {}) {
  const store = openStore();
  await sql(store, 'CREATE DATABASE shop');
  await sql(store, 'CREATE TABLE shop.parts (id INT PRIMARY KEY, x VARCHAR(20), plate VARCHAR(20), label VARCHAR(9))');
  const bench = benchOf(store);
  const workbench = { ...bench.workbench, trainer: createTrainer(learners) };
  const own = { connection: 'local', table: 'shop.parts', label: 'label', learner: 'linear', ...more };
  const config = { connections: { local: { kind: 'embedded', path: 'store.db' } }, trainings: { parts: own } };
  const training = () => resolveTraining(readConfig(JSON.stringify(config), 'deltatrain.json'), 'parts', store);
  const run = async (mode: 'full' | 'delta') =>
    runTraining({ training: await training(), mode }, workbench, forever, () => {});
  return { store, training, workbench, run, sql: (text: string) => sql(store, text) };
}

describe('cells that keep a column from being numbers', () => {
  const everyTwentieth = (id: number): string | null => (id % 20 === 3 ? 'NA' : null);
  const said = (cells: string, most: string, marks: string) =>
    `x: ${most} of the ${cells} cells that were read are numbers, ${marks} are 'NA'. So it is text, and learnt as categories: make the odd ones NULL and give the column another type.`;

  test('are said in the notes of a full fit and of each update, of the rows that were read; codes with a zero first are not', async () => {
    const { run, sql: write } = await shop({ features: ['x', 'plate'] });
    await write(insert(0, 600, everyTwentieth));
    const full = await run('full');
    expect(full.notes.filter((note) => note.includes('cells'))).toEqual([said('600', '570', '30')]);
    await write(insert(600, 640, () => null));
    const update = await run('delta');
    const notes = update.notes.filter((note) => note.includes('cells'));
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^x: \d+ of the \d+ cells that were read are numbers, \d+ are 'NA'\./);
  });

  test('are counted among the changed rows too', async () => {
    const { run, sql: write } = await shop({ features: ['x'] });
    await write(insert(0, 600, () => null));
    expect((await run('full')).notes.join()).not.toContain('cells');
    await write(insert(600, 640, () => 'unknown'));
    expect((await run('delta')).notes.join()).toContain("40 are 'unknown'");
  });

  test('of a label are classes, and of a column that is said to be of numbers they are missing', async () => {
    const { run, sql: write } = await shop({ features: ['x', 'plate'], label: 'grade', types: { x: 'number' } });
    await write('ALTER TABLE shop.parts ADD COLUMN grade VARCHAR(9)');
    await write(insert(0, 600, everyTwentieth));
    await write("UPDATE shop.parts SET grade = CASE WHEN id % 9 = 0 THEN 'none' ELSE CAST(id % 3 AS CHAR) END");
    const { notes } = await run('full');
    expect(notes).toContain(
      "grade: 533 of the 600 cells that were read are numbers, 67 are 'none'. Each different one is learnt as a class of its own.",
    );
    expect(notes.join()).toMatch(/x: 570 of the 600 cells .* What is none of them counts as missing\./);
  });

  test('of a column that no run uses are not said', async () => {
    const { run, sql: write } = await shop({ features: ['plate'] });
    await write(insert(0, 600, everyTwentieth));
    expect((await run('full')).notes.join()).not.toContain("'NA'");
  });
});

describe('columns that came and went', () => {
  test('are named by the verdict of a check and of a run, and kept with the model', async () => {
    const { run, training, workbench, sql: write } = await shop({ features: ['plate'] });
    await write(insert(0, 600, () => null));
    await run('full');
    await write('ALTER TABLE shop.parts ADD COLUMN size DOUBLE');
    await write('ALTER TABLE shop.parts DROP COLUMN x');
    await write("UPDATE shop.parts SET plate = 'z' WHERE id < 20");
    const checked = await checkDelta({ training: await training(), from: null, to: live }, workbench, forever);
    const expected = ['Columns that came: size DOUBLE.', 'Columns that went: x VARCHAR(20).'];
    const sentences = (notes: Parameters<typeof noteSentence>[0][]) =>
      notes
        .map((note) => noteSentence(note, { parent: 'm1', dates: new Set() }))
        .filter((text) => text.startsWith('Columns'));
    expect(sentences([...checked.result.data.notes])).toEqual(expected);
    const { model } = await run('delta');
    const kept = model && (await workbench.registry.byNumber(model.trainingId, model.number, model.training));
    expect(sentences([...(kept?.judgement?.data.notes ?? [])])).toEqual(expected);
  });

  test('are said also where no row changed', async () => {
    const { run, sql: write } = await shop({ features: ['plate'] });
    await write(insert(0, 600, () => null));
    await run('full');
    await write('ALTER TABLE shop.parts ADD COLUMN size DOUBLE');
    const { reason, notes } = await run('delta');
    expect(reason).toBe('delta.empty');
    expect(notes).toContain('Columns that came: size DOUBLE.');
  });
});
