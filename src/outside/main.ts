/** The trainer with outside programs among its learners, as a forked Node process; what may run is told when it is started. */
import { answerTrainer } from '../protocol/remoteTrainer.ts';
import { parentPort } from '../protocol/processPort.ts';
import { learners } from '../train/models/table.ts';
import { createTrainer } from '../train/trainer.ts';
import { outsideName } from './options.ts';
import { outsideLearner } from './outsideLearner.ts';
import { killJobs } from './process/runJob.ts';

/** What it is started with. */
interface Start {
  readonly folder: string;
  readonly allowed: readonly string[];
}

const { folder, allowed } = JSON.parse(process.argv[2] ?? '{}') as Start;
const isAllowed = (digest: string): boolean => allowed.includes(digest);
const log = (line: string): void => void process.stderr.write(`${line}\n`);

const end = (): never => {
  killJobs();
  process.exit(0);
};
// Nobody is left to train for when the process that forked this one is gone; what it started goes with it.
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('SIGINT', () => undefined);

answerTrainer(
  createTrainer({ ...learners, [outsideName]: outsideLearner({ folder, isAllowed, log }) }),
  parentPort(process),
);
