// What the page of the trainer's browser test runs: it starts the worker from a blob, as the panel does, and hands it rows.
import type { TrainRows } from '../../src/data/trainer.ts';
import { remoteTrainer } from '../../src/protocol/remoteTrainer.ts';
import type { PageAnswer, PageRun } from './trainer.ui.ts';

const started = (async () => {
  const text = await (await fetch('/trainer.js')).text();
  const worker = new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
  return remoteTrainer({
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
    onClose: (listener) => worker.addEventListener('error', ({ message }) => listener(message)),
  });
})();

let parent: Uint8Array | null = null;

async function train({ plan, withParent, pages, changes }: PageRun): Promise<PageAnswer> {
  const rows: TrainRows = {
    async *read(set) {
      for (const page of pages[set]) yield page;
    },
    async *changes() {
      for (const page of changes) yield page;
    },
  };
  let events = 0;
  const job = { plan, parent: withParent ? parent : null, baseline: null };
  const trainer = await started;
  const result = await trainer.run(job, rows, new AbortController().signal, () => {
    events += 1;
  });
  parent = result.artifact;
  return { weightsSha256: result.weightsSha256, artifactSha256: result.artifactSha256, events };
}

Object.assign(globalThis, { train });
