/** The command line's entry: a Node that can do it, Ctrl+C, and the exit code. */
import { Failure } from '../base/failure.ts';
import { killEngines } from './connection/engineProcess.ts';
import { documentOf, sentenceOf } from './terminal/failures.ts';
import { Output } from './terminal/output.ts';
import { runAgain } from './ownNode.ts';
import { run } from './run.ts';

/** How long work may take to stop after Ctrl+C before it is ended by force, in ms. */
const patience = 2_000;

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const output = new Output(args.includes('--json'));
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) return end();
    controller.abort();
    setTimeout(end, patience).unref();
  };
  // The store rolls back what an engine had not committed.
  const end = (): never => {
    killEngines();
    const cancelled = new Failure('cancelled');
    output.fail(documentOf(cancelled));
    output.error(sentenceOf(cancelled));
    process.exit(130);
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
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
}
