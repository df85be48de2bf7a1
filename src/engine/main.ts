/** The engine process: forked with advanced serialization, it serves one store until its parent goes. */
import { parentPort } from '../protocol/processPort.ts';
import { connect, type NoContract } from '../protocol/rpc.ts';
import type { EngineContract } from '../protocol/engine.ts';
import { engineAnswers } from './answers.ts';
import { openStore } from './backends.ts';

// A terminal's Ctrl+C reaches the whole group; what to do about it is the parent's to say.
process.on('SIGINT', () => undefined);

const { answers, close } = engineAnswers(openStore);
const port = parentPort(process);
port.onClose(() => {
  void close()
    // Nobody is there any more to be answered.
    .catch((error: unknown) => process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`))
    .finally(() => process.exit(0));
});
connect<EngineContract, NoContract>(port, answers, {});
