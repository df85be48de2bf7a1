/** What the page does when a person acts: calls to the host, and what their answers change. */
import { Failure } from '../../src/base/failure.ts';
import type { Host } from './host.ts';
import type { SpoolView } from '../../src/protocol/engine.ts';
import type { RestoreOutcome } from '../../src/protocol/panel.ts';
import { type Action, cellKey, type Notice, type State } from './state.ts';
import { allWanted, type Wanted } from './wanted.ts';
import type { VerdictWatch } from './verdictWatch.ts';
import { say } from '../../src/base/say.ts';
import { countText } from '../../src/words/numbers.ts';

/** The state of the page, and the way to change it. */
export interface Store {
  readonly state: State;
  dispatch(action: Action): void;
}

/** All that a person can do on the page. Nothing is thrown: what fails is shown as a notice. */
export class Actions {
  readonly #host: Host;
  readonly #store: Store;
  readonly #watch: VerdictWatch;
  #openings = 0;
  #openDelta: AbortController | undefined;

  constructor(host: Host, store: Store, watch: VerdictWatch) {
    this.#host = host;
    this.#store = store;
    this.#watch = watch;
  }

  dispatch(action: Action): void {
    this.#store.dispatch(action);
  }

  get host(): Host {
    return this.#host;
  }

  startRun(kind: 'delta' | 'full'): void {
    this.#train('run/start', () => this.#host.training.call('run/start', { kind }));
  }

  #train(name: string, start: () => Promise<{ readonly run: number }>): void {
    this.#watch.ask();
    this.#run(name, async () => this.#watch.started((await start()).run));
  }

  cancelRun(run: number): void {
    this.#run('run/cancel', async () => void (await this.#host.training.call('run/cancel', { run })));
  }

  runAgain(run: number): void {
    this.#train('run/again', () => this.#host.training.call('run/again', { run }));
  }

  discardRun(run: number): void {
    this.#run('run/discard', async () => void (await this.#host.training.call('run/discard', { run })));
  }

  promote(model: number): void {
    this.#run('model/promote', async () => void (await this.#host.training.call('model/promote', { model })));
  }

  archive(model: number): void {
    this.#run('model/archive', async () => void (await this.#host.training.call('model/archive', { model })));
  }

  approve(model: number, hash: string): void {
    this.#run('model/approve', async () => void (await this.#host.training.call('model/approve', { model, hash })));
  }

  /** `group`: the place of a group among the model's suspects; null takes its whole delta back. */
  revert(model: number, group: number | null): void {
    this.#run('model/revert', async () => {
      this.#tellRestored(await this.#host.training.call('model/revert', { model, group }));
    });
  }

  without(model: number, group: number): void {
    this.#watch.ask();
    this.#run('model/without', async () => {
      const started = await this.#host.training.call('model/without', { model, group });
      if (started) this.#watch.started(started.run);
    });
  }

  reproduce(model: number, fromRoot: boolean): void {
    this.#run('model/reproduce', async () => {
      const found = await this.#host.training.call('model/reproduce', { model, fromRoot });
      if (!found) return;
      const steps = found.steps > 1 ? say(' in {0} steps', found.steps) : '';
      if (found.identical) this.#tell('info', say('m{0} was trained again{1}: identical, bit for bit.', model, steps));
      else this.#tell('warning', say('m{0} was trained again{1} and came out different.', model, steps));
    });
  }

  /** Opens the form of the training. */
  editTraining(): void {
    this.#run('training/edit', async () => void (await this.#host.training.call('training/edit', null)));
  }

  countDelta(): void {
    this.#run('delta/count', async () => void (await this.#host.training.call('delta/count', null)));
  }

  createSnapshot(): void {
    this.#run('snapshot/create', async () => void (await this.#host.training.call('snapshot/create', null)));
  }

  restore(snapshot: string): void {
    this.#run('snapshot/restore', async () => {
      this.#tellRestored(await this.#host.training.call('snapshot/restore', { snapshot }));
    });
  }

  /** Shows two models side by side, and measures each at the other's version where that is not known. */
  compare(models: readonly [number, number]): void {
    const { training, cells } = this.#store.state;
    this.dispatch({ kind: 'compare', models });
    const views = models.map((number) => training?.models.find((one) => one.number === number));
    const known = new Set((training?.matrix ?? []).map(cellKey));
    const missing = views.flatMap((model) =>
      views.flatMap((other) => {
        if (!model || !other || model === other || other.snapshotState !== 'there') return [];
        const cell = { model: model.number, snapshot: other.snapshot };
        return known.has(cellKey(cell)) || cellKey(cell) in cells ? [] : [cell];
      }),
    );
    this.fillCells(missing);
  }

  #tellRestored(done: RestoreOutcome | null): void {
    if (!done) return;
    const rows = done.rowsChanged === 1 ? say('1 row') : say('{0} rows', countText(done.rowsChanged));
    const proof = done.verified
      ? say('Verified: the delta to it is empty.')
      : say('It could not be verified: look at the delta.');
    const text = `${say('Restored {0}: {1} changed back.', done.to, rows)} ${proof}`;
    this.#tell(done.verified ? 'info' : 'warning', text, done.safetySnapshot);
    // A delta to live that is shown was fixed before the restore.
    const { delta } = this.#store.state;
    if (delta && delta.to === null) this.openDelta(delta.from, null);
  }

  /** `wanted`: what its rows are filtered by at first. */
  openDelta(from: string, to: string | null, wanted: Wanted = allWanted): void {
    void this.#readDelta(from, to, wanted);
  }

  /** The rows of a slice at a snapshot, in the panel of results. */
  showSlice(snapshot: string, column: string, value: string): void {
    this.#run('rows/show', async () => void (await this.#host.training.call('rows/show', { snapshot, column, value })));
  }

  /** What a row was in every version. */
  showHistory(spool: number, view: SpoolView, row: number): void {
    this.#run('row/history', async () => void (await this.#host.grid.call('row/history', { spool, view, row })));
  }

  /** Fills cells of the matrix, one after the other: each may read a whole version. */
  fillCells(cells: readonly { readonly model: number; readonly snapshot: string }[]): void {
    void (async () => {
      for (const cell of cells) this.dispatch({ kind: 'cellWait', key: cellKey(cell) });
      for (const cell of cells) await this.#fillCell(cell);
    })();
  }

  copy(text: string): void {
    this.#run('text/copy', async () => void (await this.#host.grid.call('text/copy', { text })));
  }

  cancelStatement(id: number): void {
    this.#run('statement/cancel', async () => void (await this.#host.results.call('statement/cancel', { id })));
  }

  repeatStatement(id: number): void {
    this.#run('statement/again', async () => void (await this.#host.results.call('statement/again', { id })));
  }

  exportSpool(id: number, view: SpoolView, columns: readonly number[] | null, name: string): void {
    this.#run('spool/export', async () => {
      const done = await this.#host.grid.call('spool/export', { id, view, columns, name });
      if (done) this.#tell('info', say('{0} rows written to {1}.', countText(done.rows), done.file));
    });
  }

  /** What went wrong, as a notice; a cancelled call is nobody's news. */
  fail(error: unknown): void {
    const sentence = sentenceOf(error);
    if (sentence !== null) this.#tell('error', sentence);
  }

  #tell(kind: Notice['kind'], text: string, undo: string | null = null): void {
    this.dispatch({ kind: 'notice', notice: { kind, text, undo } });
  }

  /** A call by a button: one at a time of its name, the button waits meanwhile. */
  #run(name: string, work: () => Promise<void>): void {
    if (this.#store.state.busy.includes(name)) return;
    this.dispatch({ kind: 'busy', name, on: true });
    void work()
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.dispatch({ kind: 'busy', name, on: false }));
  }

  async #readDelta(from: string, to: string | null, wanted: Wanted): Promise<void> {
    this.#openDelta?.abort();
    const before = this.#store.state.delta?.spool;
    const controller = new AbortController();
    this.#openDelta = controller;
    const opening = ++this.#openings;
    this.dispatch({ kind: 'deltaOpen', opening, from, to, wanted });
    // A spool that cannot be closed is the host's to clean up; it must not keep the next one from opening.
    if (before) this.#host.training.call('delta/close', { spool: before.id }).catch(() => {});
    try {
      const pages = this.#host.training.stream('delta/open', { from, to }, controller.signal);
      for (;;) {
        const step = await pages.next();
        if (step.done) {
          this.dispatch({ kind: 'deltaEnd', opening, end: step.value });
          return;
        }
        this.dispatch({ kind: 'deltaProgress', opening, progress: step.value });
      }
    } catch (error) {
      const sentence = sentenceOf(error) ?? say('Cancelled.');
      this.dispatch({ kind: 'deltaFailed', opening, sentence });
    }
  }

  async #fillCell(cell: { readonly model: number; readonly snapshot: string }): Promise<void> {
    try {
      this.dispatch({ kind: 'cellGot', cell: await this.#host.training.call('matrix/cell', cell) });
    } catch (error) {
      this.dispatch({ kind: 'cellFailed', key: cellKey(cell), sentence: sentenceOf(error) });
    }
  }
}

/** Null for what is not shown. */
function sentenceOf(error: unknown): string | null {
  if (Failure.is(error, 'cancelled')) return null;
  if (error instanceof Failure) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  // A bug crosses with its stack; a person reads its first line, the log has the rest.
  return say('Something broke: {0}', text.split('\n', 1)[0] ?? '');
}
