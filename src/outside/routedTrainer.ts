/** The trainer port over two trainers: ours, and one that also runs outside programs, which is started where one is needed. */
import type { Trainer, TrainJob } from '../data/trainer.ts';
import type { Plan } from '../data/training.ts';
import { outsideName } from './options.ts';

const magic = 'DTMODEL1';
const mostManifest = 64_000_000;

/** The learner that an artifact says it is of; null where it cannot be read, which whoever opens it says better. */
function learnerOfArtifact(bytes: Uint8Array): string | null {
  const decoder = new TextDecoder();
  if (decoder.decode(bytes.subarray(0, magic.length)) !== magic || bytes.length < magic.length + 4) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length, true);
  if (length > mostManifest) return null;
  try {
    const start = magic.length + 4;
    const { learner } = JSON.parse(decoder.decode(bytes.subarray(start, start + length))) as { learner?: unknown };
    return typeof learner === 'string' ? learner : null;
  } catch {
    return null;
  }
}

const isOutside = (bytes: Uint8Array | null | undefined): boolean =>
  bytes !== null && bytes !== undefined && learnerOfArtifact(bytes) === outsideName;

const isNamed = ({ learner }: Pick<Plan, 'learner'>): boolean => learner.name === outsideName;

const needsOutside = ({ plan, parent, baseline, frozen }: TrainJob): boolean =>
  isNamed(plan) || [parent, baseline, frozen].some(isOutside);

/** `outside` is asked for, once or more, by whatever a program of another takes part in; it says no where none may run. */
export function routedTrainer(inside: Trainer, outside: () => Promise<Trainer>): Trainer {
  const by = async (needs: boolean): Promise<Trainer> => (needs ? outside() : inside);
  return {
    plan: async (draft, parent) => (await by(isNamed(draft))).plan(draft, parent),
    choose: (draft, rows, signal) => inside.choose(draft, rows, signal),
    run: async (job, rows, signal, on) => (await by(needsOutside(job))).run(job, rows, signal, on),
    check: async (job, rows, signal) => (await by(isOutside(job.parent))).check(job, rows, signal),
    evaluate: async (job, rows, signal) => (await by(job.artifacts.some(isOutside))).evaluate(job, rows, signal),
    async *predict(job, pages, signal) {
      return yield* (await by(isOutside(job.artifact))).predict(job, pages, signal);
    },
  };
}
