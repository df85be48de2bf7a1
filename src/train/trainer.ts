/** The trainer port, answered in this process. */
import { Failure } from '../base/failure.ts';
import type { Trainer } from '../data/trainer.ts';
import { readArtifact } from './artifact.ts';
import { Encoder } from './encode/encoder.ts';
import { runJob } from './run.ts';
import { answer, readTestRows } from './testing.ts';

export function createTrainer(): Trainer {
  return {
    run: runJob,
    async evaluate({ plan, artifacts }, rows, signal) {
      const models = artifacts.map((bytes, i) => {
        const artifact = readArtifact(bytes, `model ${i + 1} of ${artifacts.length}`);
        return { artifact, encoder: new Encoder(artifact.manifest.encoder) };
      });
      const reading = { plan, rows, signal, on: () => {} };
      const test = await readTestRows(
        reading,
        'test',
        models.map(({ encoder }) => encoder),
        [],
      );
      if (test.length === 0) throw new Failure('plan.fewRows', { set: 'test', rows: 0, needed: 1 });
      const metrics = [];
      for (const { artifact, encoder } of models) metrics.push((await answer(artifact, encoder, test, signal)).metrics);
      return metrics;
    },
  };
}
