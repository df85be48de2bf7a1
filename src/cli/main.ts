/** The command line's entry: a Node that can do it, Ctrl+C, and the exit code. */
import { killEngines } from './engineProcess.ts';
import { runAgain } from './ownNode.ts';
import { run } from './run.ts';

/** How long work may take to stop after Ctrl+C before it is ended by force, in ms. */
const patience = 2_000;

async function main(): Promise<number> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) return end();
    controller.abort();
    setTimeout(end, patience).unref();
  };
  // The store rolls back what an engine had not committed.
  const end = (): never => {
    killEngines();
    process.stderr.write('Cancelled.\n');
    process.exit(130);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return run(process.argv.slice(2), controller.signal);
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
