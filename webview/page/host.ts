/** The page's end of the pipe to the extension host. */
import { type Answers, type Caller, connect, type Listeners, type Port } from '../../src/protocol/rpc.ts';
import type { Envelope } from '../../src/protocol/panel.ts';
import type {
  FormContract,
  GridContract,
  PageContract,
  ResultsContract,
  TrainingContract,
} from '../../src/protocol/panelContracts.ts';
import { TrainerRelay } from './relay.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** The extension host behind this page: what it answers to a page of each kind. */
export interface Host {
  readonly grid: Caller<GridContract>;
  readonly training: Caller<TrainingContract>;
  readonly results: Caller<ResultsContract>;
  readonly form: Caller<FormContract>;
}

/** One script shows any page, and hears what is told to any. */
type EitherContract = TrainingContract & ResultsContract & FormContract;

export interface HostConnection {
  readonly host: Host;
  /** Tells the host of a bug in the page, for its log. */
  readonly report: (message: string) => void;
  /** Whether the host has had a worker started here, so that it knows of this page. */
  readonly hasTrainer: () => boolean;
}

/** `trainer`: address of the trainer bundle. */
export function connectHost(trainer: string, listeners: Listeners<EitherContract>): HostConnection {
  const api = acquireVsCodeApi();
  const post = (envelope: Envelope): void => api.postMessage(envelope);
  let deliver: (message: unknown) => void = () => {};
  const port: Port = {
    post: (message) => post({ channel: 'panel', message }),
    onMessage: (listener) => {
      deliver = listener;
    },
    // The page cannot outlive the pipe: when the host goes, the page is taken away with it.
    onClose: () => {},
  };
  const relay = new TrainerRelay({
    trainer,
    send: (message) => post({ channel: 'trainer', message }),
    lost: (reason) => host.emit('trainer/lost', { reason }),
  });
  const answers: Answers<PageContract> = {
    'trainer/start': async () => {
      await relay.start();
      return null;
    },
    'trainer/stop': () => {
      relay.stop();
      return null;
    },
  };
  const host = connect<PageContract, EitherContract>(port, answers, listeners);
  addEventListener('message', (event: MessageEvent<unknown>) => {
    const envelope = event.data;
    if (!isEnvelope(envelope)) return;
    if (envelope.channel === 'trainer') relay.forward(envelope.message);
    else deliver(envelope.message);
  });
  return {
    host: { grid: host, training: host, results: host, form: host },
    report: (message) => host.emit('page/problem', { message }),
    hasTrainer: () => relay.isStarted,
  };
}

/** Other senders exist: VS Code itself, developer tools. */
const isEnvelope = (data: unknown): data is Envelope =>
  typeof data === 'object' && data !== null && 'channel' in data && 'message' in data;
