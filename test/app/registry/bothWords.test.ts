// The first version's words: they alone are kept, and documents have them beside today's.
import { expect, test } from 'vitest';
import { modelDocument } from '../../../src/app/registry/documents.ts';
import { insertSamples, openBench, sql } from '../support/bench.ts';

const today = /"(validation|validationAccuracy|seen|fullSeen|onBaseline)":/;

test('the row of a model is what the first version reads, and its document says both', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 240);
  await bench.run('delta');
  const columns = ['plan_json', 'epochs_json', 'attempts_json', 'cost_json', 'guard_json'];
  const kept = await sql(bench.store, `SELECT CONCAT(${columns.join(', ')}) AS r FROM deltatrain.models`);
  const rows = kept.map(([row]) => String(row));
  expect(rows).toHaveLength(2);
  for (const row of rows) {
    // The sizes of the sides are of a later plan, and the first version knows none of their words.
    expect(row.replace(/"atMost":\{[^}]*\}/, '')).not.toMatch(today);
    for (const word of ['tune', 'tuneAccuracy', 'visits', 'fullVisits', 'onAnchor'])
      expect(row).toContain(`"${word}":`);
  }
  const model = await bench.registry.model('m2');
  const document = modelDocument(model, () => 'samples/m1', [model], []);
  expect(document.cost).toMatchObject({
    visits: model.cost.seen,
    seen: model.cost.seen,
    fullVisits: model.cost.fullSeen,
  });
  expect(document.plan).toMatchObject({ tune: model.plan.validation, validation: model.plan.validation });
  expect(document.epochs[0]).toMatchObject({ tuneAccuracy: null, validationAccuracy: null });
  expect(document.guard).toMatchObject({ onAnchor: null, onBaseline: null });
});
