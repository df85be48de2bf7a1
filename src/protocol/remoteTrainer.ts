/** The trainer port across a process border: `remoteTrainer` on the side that has the rows, `answerTrainer` on the one that trains. */
import { Failure } from '../base/failure.ts';
import { setTranslations, translations } from '../base/say.ts';
import type { RowPage } from '../data/page.ts';
import type { TrainEvent, Trainer, TrainResult, TrainRows } from '../data/trainer.ts';
import { connect, type Port } from './rpc.ts';
import type { TrainerContract, TrainerHostContract } from './trainer.ts';

/** A trainer at the other end of a port: several runs at a time, each with its own rows. Rejects with `process.ended` when the port closes. */
export function remoteTrainer(port: Port): Trainer {
  const rowsOf = new Map<number, TrainRows>();
  const askedOf = new Map<number, (signal: AbortSignal) => AsyncGenerator<RowPage, void>>();
  let nextRun = 1;
  const known = (run: number): TrainRows => {
    const rows = rowsOf.get(run);
    if (!rows) throw new Failure('cancelled');
    return rows;
  };
  const asked = (run: number, signal: AbortSignal): AsyncGenerator<RowPage, void> => {
    const pages = askedOf.get(run);
    if (!pages) throw new Failure('cancelled');
    return pages(signal);
  };
  const trainer = connect<TrainerHostContract, TrainerContract>(
    port,
    {
      'rows/read': ({ run, set, wanted }, signal) => known(run).read(set, signal, wanted),
      'rows/changes': ({ run, since }, signal) => known(run).changes(since, signal),
      'rows/asked': ({ run }, signal) => asked(run, signal),
    },
    {},
  );
  const strings = translations();
  // What it says comes back as it was said there. That it ended already is told to whoever asks it for a run.
  if (Object.keys(strings).length > 0) trainer.call('process/language', { strings }).catch(() => undefined);
  async function withRows<T>(rows: TrainRows, work: (run: number) => Promise<T>): Promise<T> {
    const run = nextRun++;
    rowsOf.set(run, rows);
    try {
      return await work(run);
    } finally {
      rowsOf.delete(run);
    }
  }
  return {
    plan: (draft, parent) => trainer.call('train/plan', { draft, parent }),
    choose: (draft, rows, signal) => withRows(rows, (run) => trainer.call('train/choose', { run, draft }, signal)),
    run: (job, rows, signal, on) =>
      withRows(rows, async (run): Promise<TrainResult> => {
        const events = trainer.stream('train/run', { run, job }, signal);
        for (;;) {
          const step = await events.next();
          if (step.done) return step.value;
          on(step.value);
        }
      }),
    check: (job, rows, signal) => withRows(rows, (run) => trainer.call('train/check', { run, job }, signal)),
    evaluate: (job, rows, signal) => withRows(rows, (run) => trainer.call('train/evaluate', { run, job }, signal)),
    async *predict(job, pages, signal) {
      const run = nextRun++;
      askedOf.set(run, pages);
      try {
        return yield* trainer.stream('train/predict', { run, job }, signal);
      } finally {
        askedOf.delete(run);
      }
    },
  };
}

/** Answers runs that come through a port; the rows are read back through it. */
export function answerTrainer(trainer: Trainer, port: Port): void {
  const rowsOf = (run: number): TrainRows => ({
    read: (set, signal, wanted) => host.stream('rows/read', { run, set, wanted }, signal),
    changes: (since, signal) => host.stream('rows/changes', { run, since }, signal),
  });
  const askedRows =
    (run: number) =>
    (signal: AbortSignal): AsyncGenerator<RowPage, void> =>
      host.stream('rows/asked', { run }, signal);
  const host = connect<TrainerContract, TrainerHostContract>(
    port,
    {
      async *'train/run'({ run, job }, signal): AsyncGenerator<TrainEvent, TrainResult> {
        const events: TrainEvent[] = [];
        let wake = (): void => {};
        let result: TrainResult | undefined;
        let failed: { error: unknown } | undefined;
        const work = trainer
          .run(job, rowsOf(run), signal, (event) => {
            events.push(event);
            wake();
          })
          .then(
            (value) => {
              result = value;
            },
            (error: unknown) => {
              failed = { error };
            },
          )
          .finally(() => wake());
        for (;;) {
          const event = events.shift();
          if (event) {
            yield event;
            continue;
          }
          if (result || failed) break;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        await work;
        if (result) return result;
        throw failed?.error;
      },
      'train/predict': ({ run, job }, signal) => trainer.predict(job, askedRows(run), signal),
      'process/language': ({ strings }) => {
        setTranslations(strings);
        return null;
      },
      'train/plan': ({ draft, parent }) => trainer.plan(draft, parent),
      'train/choose': ({ run, draft }, signal) => trainer.choose(draft, rowsOf(run), signal),
      'train/check': ({ run, job }, signal) => trainer.check(job, rowsOf(run), signal),
      'train/evaluate': ({ run, job }, signal) => trainer.evaluate(job, rowsOf(run), signal),
    },
    {},
  );
}
