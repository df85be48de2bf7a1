/** Runs a scenario against a server: a live one, whose answers are kept, or the answers that were kept. */
import { record } from './record.ts';
import { Deriving } from './deriving.ts';
import { fixtures, load, save } from './recording.ts';
import { serve } from './serve.ts';

type Scenario = (url: string) => Promise<void>;

interface Where {
  /** The server to record; without one the recording is served. */
  readonly live?: string;
  readonly folder?: URL;
  /** Writes the recording anew from itself: statements on the registry that are new in it are answered by its double. */
  readonly derive?: boolean;
}

const { MATRIXONE_URL, MATRIXONE_RECORD } = process.env;
const asked: Where =
  MATRIXONE_URL && MATRIXONE_RECORD === '1' ? { live: MATRIXONE_URL } : { derive: MATRIXONE_RECORD === 'registry' };

const how =
  'To record it anew, run this test with MATRIXONE_URL=mysql://… and MATRIXONE_RECORD=1; where only statements on the registry changed and there is no server, with MATRIXONE_RECORD=registry.';

/**
 * With `MATRIXONE_URL` and `MATRIXONE_RECORD=1` the scenario runs on that server, and `own/<name>.jsonl` is written when it
 * has passed; otherwise the recording is served. The statements of a scenario must be the same texts each time.
 */
export async function withServer(
  name: string,
  scenario: Scenario,
  { live, folder, derive = false }: Where = asked,
): Promise<void> {
  if (live) return recorded(new URL(live), name, scenario, folder);
  const recording = load(`own/${name}`, folder);
  const deriving = derive ? new Deriving(recording, { goesOn: false }) : undefined;
  const replay = await serve(recording, deriving && { deriving });
  let failure: { readonly cause?: unknown } | undefined;
  try {
    await scenario(replay.url);
  } catch (cause) {
    failure = { cause };
  }
  await replay.close();
  const missing = replay.unknown.join('\n');
  if (missing) throw new Error(`The recording "${name}" does not hold:\n${missing}\n${how}`, failure);
  if (failure) throw failure.cause;
  if (deriving) save({ ...recording, exchanges: deriving.said }, folder);
}

async function recorded(live: URL, name: string, scenario: Scenario, folder = fixtures): Promise<void> {
  const recorder = await record({ host: live.hostname, port: Number(live.port || 6001) });
  const through = new URL(live);
  through.hostname = '127.0.0.1';
  through.port = String(recorder.port);
  let hasPassed = false;
  try {
    await scenario(through.href);
    hasPassed = true;
  } finally {
    const recording = await recorder.stop(`own/${name}`);
    if (hasPassed) save(recording, folder);
  }
}
