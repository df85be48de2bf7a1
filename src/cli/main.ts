/** The command line's entry: a Node that can do it, Ctrl+C, and the exit code. */
import { Failure } from '../base/failure.ts';
import { visible } from '../base/shown.ts';
import { changesUnderWay, killEngines } from './connection/engineProcess.ts';
import { documentOf, exitCodeOf, sentenceOf } from './terminal/failures.ts';
import { Output } from './terminal/output.ts';
import { runAgain } from './ownNode.ts';
import { run } from './run.ts';

/** How long work may take to stop after Ctrl+C before it is ended by force, in ms. */
const patience = 2_000;
/** How long a server is listened to that was sent something, before nobody knows whether it was done. */
const serverPatience = 12_000;

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const output = new Output(args.includes('--json'));
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) return end();
    controller.abort();
    setTimeout(() => {
      if (!changesUnderWay().some(({ isRemote }) => isRemote)) end();
      setTimeout(end, serverPatience - patience).unref();
    }, patience).unref();
  };
  // The store rolls back what an engine had not committed; whether it had, nobody here knows.
  const end = (): never => {
    const [change] = changesUnderWay();
    killEngines();
    const told = change
      ? new Failure('write.unsure', { store: change.store, what: change.what, seconds: null, done: false, kept: null })
      : new Failure('cancelled');
    output.fail(documentOf(told));
    output.error(sentenceOf(told));
    process.exit(exitCodeOf(told));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return run(args, output, controller.signal);
}

const again = runAgain();
if (again) again.then((code) => process.exit(code), fail);
else
  main().then((code) => {
    process.exitCode = code;
  }, fail);

function fail(error: unknown): void {
  process.stderr.write(`${visible(String(error))}\n`);
  process.exitCode = 1;
}
