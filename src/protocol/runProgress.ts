/** Adds the events of a run up to what a page shows, so that the host can hand a newly opened page the same sum. */
import type { TrainEvent } from '../data/trainer.ts';
import type { RunProgress } from './panel.ts';

/** A run of which nothing has been told yet. */
export const noProgress: RunProgress = {
  reading: [],
  epochs: [],
  epochsAtMost: 0,
  trainRowsPerSecond: null,
  fraction: 0,
  testing: false,
};

/** What a page shows after one more event; a pure function, so that host and page come to the same. */
export function progressAfter(progress: RunProgress, event: TrainEvent): RunProgress {
  switch (event.kind) {
    case 'reading': {
      const { set, rows, expected, rowsPerSecond } = event;
      const known = progress.reading.some((one) => one.set === set);
      const now = { set, rows, expected, rowsPerSecond };
      const reading = known ? progress.reading.map((one) => (one.set === set ? now : one)) : [...progress.reading, now];
      return { ...progress, reading };
    }
    case 'epoch': {
      const { epoch, epochs, loss, trainAccuracy, validationAccuracy, rowsPerSecond, fraction } = event;
      return {
        ...progress,
        // An epoch told again (a run repeated from an earlier point) replaces itself and what came after.
        epochs: [
          ...progress.epochs.filter((one) => one.epoch < epoch),
          { epoch, loss, trainAccuracy, validationAccuracy },
        ],
        epochsAtMost: epochs,
        trainRowsPerSecond: rowsPerSecond,
        fraction,
      };
    }
    case 'working':
      return { ...progress, fraction: event.fraction };
    case 'testing':
      return { ...progress, testing: true, fraction: event.fraction };
  }
}
