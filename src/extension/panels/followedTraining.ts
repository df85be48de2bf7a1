/** The training of a page as deltatrain.json says it: the page and its runs follow the file, and a run keeps what it began with. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import type { OpenTraining, Trainings } from '../connections/trainings.ts';

interface Found {
  /** Null where the file names no such training, or none that can be run. */
  readonly open: OpenTraining | null;
  /** Why what holds is not what the file says, as a sentence. */
  readonly notice: string | null;
  /** Why there is nothing to run. */
  readonly failure: Failure | null;
}

type Configured = Pick<Trainings, 'find' | 'open'>;

/** Reads the file anew; while it cannot be read, what it said before holds, and the reason is told. */
async function find(trainings: Configured, { session, training }: OpenTraining): Promise<Found> {
  try {
    const configured = await trainings.find(session.connection.id, training.name);
    const { problem } = configured.home;
    const open = await trainings.open(configured);
    const notice = problem && say('deltatrain.json cannot be read, so what it said before holds. {0}', problem.message);
    return { open, notice, failure: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const notice = say('What is shown cannot be run, because deltatrain.json has changed. {0}', error.message);
    return { open: null, notice, failure: error as Failure };
  }
}

/** True when a run of one would be a run of the other. */
const isSame = (a: OpenTraining, b: OpenTraining): boolean =>
  JSON.stringify(a.training) === JSON.stringify(b.training) && a.registry.connection.id === b.registry.connection.id;

/** What a page shows and its runs use. */
export class FollowedTraining {
  readonly #trainings: Configured;
  /** A lineage that the file does not name, of an older model, stays what it is. */
  readonly #isConfigured: Promise<boolean>;
  #open: OpenTraining;
  #notice: string | null = null;
  /** Grows with every look at the file, so that one that was overtaken changes nothing. */
  #turn = 0;

  constructor(trainings: Configured, open: OpenTraining) {
    this.#trainings = trainings;
    this.#open = open;
    this.#isConfigured = find(trainings, open).then(
      (found) =>
        found.open ? found.open.training.id === open.training.id : !Failure.is(found.failure, 'training.unknown'),
      () => false,
    );
  }

  get open(): OpenTraining {
    return this.#open;
  }

  /** Why the file says something else than the page; null where it does not. */
  get notice(): string | null {
    return this.#notice;
  }

  /** The training as it was opened anew; true when that is another than is shown. */
  take(open: OpenTraining): boolean {
    if (isSame(open, this.#open)) return false;
    this.#turn++;
    this.#open = open;
    return true;
  }

  /** Looks at the file; true when the page has something else to show. A run under way keeps what it began with. */
  async look(isRunning: boolean): Promise<boolean> {
    const turn = ++this.#turn;
    if (!(await this.#isConfigured)) return false;
    const found = await find(this.#trainings, this.#open);
    if (turn !== this.#turn) return false;
    const isOther = found.open !== null && !isSame(found.open, this.#open);
    const waits = isRunning && isOther;
    const notice = waits
      ? say('deltatrain.json has changed. The run under way goes on with what it began with; then the page follows.')
      : found.notice;
    const isNews = notice !== this.#notice || (isOther && !waits);
    this.#notice = notice;
    if (found.open && !waits) this.#open = found.open;
    return isNews;
  }

  /** What may be run: what is shown. Where the file says otherwise by now, that is shown first, and refused this once. */
  async toRun(showIt: () => Promise<void>): Promise<OpenTraining> {
    if (!(await this.#isConfigured)) return this.#open;
    const shown = this.#open;
    const found = await find(this.#trainings, shown);
    if (found.open && isSame(found.open, shown)) return shown;
    this.#turn++;
    this.#notice = found.notice;
    if (found.open) this.#open = found.open;
    await showIt();
    throw found.failure ?? new Failure('config.changed', { training: shown.training.name });
  }
}
