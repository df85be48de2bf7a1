/** The panel of one training: what its page asks is answered here, and what changes is told to it. */
import * as vscode from 'vscode';
import { checkDelta, checkedNames, judgementOf } from '../../app/models/checkDelta.ts';
import { readLineage } from '../../app/registry/lineage.ts';
import { leaksSaid } from '../../app/training/leaks/leaksSaid.ts';
import { readAdvice } from '../../app/training/readAdvice.ts';
import { evaluateAt } from '../../app/models/evaluateMatrix.ts';
import { wayText } from '../../app/tree/nodes.ts';
import { Disposables } from '../../base/disposable.ts';
import { Failure } from '../../base/failure.ts';
import { flagNames } from '../../data/change.ts';
import { sameNamesInOrder, tableText } from '../../data/table.ts';
import { splitSalt } from '../../data/training.ts';
import { columnsText } from '../../words/columns.ts';
import { atSnapshot, live } from '../../data/version.ts';
import { wholeView } from '../../protocol/engine.ts';
import {
  type CheckView,
  type DeltaEnd,
  type DeltaProgress,
  isUnderWay,
  type MatrixCell,
  type PanelView,
  type Show,
} from '../../protocol/panel.ts';
import type { TrainingContract } from '../../protocol/panelContracts.ts';
import type { Answers, Port } from '../../protocol/rpc.ts';
import type { Ask } from '../talk/ask.ts';
import type { Connections } from '../connections/connections.ts';
import type { OpenTraining, Trainings } from '../connections/trainings.ts';
import type { Overview } from '../tree/overview.ts';
import type { PanelActs } from './panelActs.ts';
import type { RunKey, Runs } from '../runs/runs.ts';
import type { Session } from '../connections/session.ts';
import { actAnswers } from './actAnswers.ts';
import { gridAnswers } from './gridAnswers.ts';
import { PanelSpools } from './panelSpools.ts';
import type { Tell } from '../talk/tell.ts';
import { TrainingCounter } from './trainingCounter.ts';
import { readTrainingState, type TrainingFacts } from './trainingState.ts';
import { forkTrainer } from '../runs/trainerProcess.ts';
import { FollowedTraining } from './followedTraining.ts';
import { WebPanel } from './webPanel.ts';
import { say, translations } from '../../base/say.ts';

export interface TrainingPanelOptions {
  readonly open: OpenTraining;
  readonly show: Show | null;
  readonly preserveFocus: boolean;
  readonly extensionUri: vscode.Uri;
  readonly connections: Connections;
  readonly trainings: Trainings;
  readonly overview: Overview;
  readonly runs: Runs;
  readonly acts: () => Promise<PanelActs>;
  readonly ask: Ask;
  readonly tell: Tell;
}

/** One panel, from its first view to its disposal. A run goes on without it. */
export class TrainingPanel implements vscode.Disposable {
  readonly #options: TrainingPanelOptions;
  readonly #followed: FollowedTraining;
  readonly #key: RunKey;
  readonly #own = new Disposables();
  readonly #web: WebPanel<TrainingContract>;
  readonly #spools = new PanelSpools();
  readonly #reproduced = new Map<number, 'identical' | 'different'>();
  readonly #counter: TrainingCounter;
  #show: Show | null;
  #isGone = false;

  constructor(options: TrainingPanelOptions) {
    const { open, show, preserveFocus, extensionUri, connections, runs, tell } = options;
    this.#options = options;
    this.#followed = new FollowedTraining(options.trainings, open);
    this.#show = show;
    this.#key = { connection: open.session.connection.id, training: open.training.name };
    this.#counter = new TrainingCounter({
      countsOnClick: () => options.overview.countsOnClick(open.session),
      read: (signal) => this.#read(signal),
      check: (signal) => this.#check(signal),
      leaks: (signal) => this.#leaks(signal),
      changed: async () => this.#web.emit('training/changed', await this.#state()),
      failed: (error) => tell.log('warning', String(error)),
    });
    this.#web = new WebPanel({
      page: 'training',
      title: open.training.name,
      extensionUri,
      column: vscode.ViewColumn.Active,
      preserveFocus,
      // A worker may train in it.
      retained: true,
      answers: this.#answers(),
      log: (message) => tell.log('error', `panel: ${message}`),
    });
    this.#own.add(this.#web.onDidDispose(() => this.#spools.end()));
    this.#own.add(
      connections.onDidChangeData((id) => {
        if (id === this.#key.connection || id === this.#open.registry.connection.id) void this.#changed();
      }),
    );
    this.#own.add(
      runs.onDidChange(({ key, view }) => {
        if (!this.#isMine(key)) return;
        this.#web.emit('run/changed', view);
        if (!isUnderWay(view)) void this.#follow();
      }),
    );
    this.#own.add(
      runs.onDidTell(({ key, run, event }) => {
        if (this.#isMine(key)) this.#web.emit('run/event', { run, event });
      }),
    );
    this.#own.add(connections.onDidChange(() => void this.#follow()));
    this.#own.add(
      this.#web.onDidDispose(() => {
        this.#isGone = true;
        this.#counter.end();
        this.#own.dispose();
      }),
    );
  }

  get session(): Session {
    return this.#open.session;
  }

  /** True of the page of this lineage: another label, key or feature is another page. */
  isOf({ session, training }: OpenTraining): boolean {
    const own = this.#open;
    return (
      own.session.connection.id === session.connection.id &&
      own.training.name === training.name &&
      own.training.id === training.id
    );
  }

  get onDidDispose(): vscode.Event<void> {
    return this.#web.onDidDispose;
  }

  #isMine(key: RunKey): boolean {
    return key.connection === this.#key.connection && key.training === this.#key.training;
  }

  /** What the page shows, which is what its runs use. */
  get #open(): OpenTraining {
    return this.#followed.open;
  }

  /** Shows the training as it was opened anew. */
  take(open: OpenTraining): void {
    const before = this.#open;
    if (this.#followed.take(open)) void this.#moved(before);
  }

  /** Looks at deltatrain.json, and shows what it says. */
  async #follow(): Promise<void> {
    const { connections, runs, tell } = this.#options;
    if (this.#isGone || !connections.isCurrent(this.session)) return;
    const run = runs.last(this.#key);
    const before = this.#open;
    try {
      if (await this.#followed.look(isUnderWay(run))) await this.#moved(before);
    } catch (error) {
      tell.log('warning', String(error));
    }
  }

  async #moved(before: OpenTraining): Promise<void> {
    if (before.training.id !== this.#open.training.id) {
      this.#reproduced.clear();
      this.#counter.forget();
    }
    if (!this.#isGone) await this.#changed();
  }

  #toRun(): Promise<OpenTraining> {
    const before = this.#open;
    return this.#followed.toRun(() => this.#moved(before));
  }

  show(show: Show | null, preserveFocus: boolean): void {
    this.#web.reveal(preserveFocus);
    if (show) this.#web.emit('panel/show', show);
  }

  startTrainer(patienceMs: number): Promise<Port> {
    return this.#web.startTrainer(patienceMs);
  }

  async stopTrainer(): Promise<void> {
    await this.#web.stopTrainer();
  }

  get #facts(): TrainingFacts {
    const { training, session, registry } = this.#open;
    const { config } = session.connection;
    return {
      training,
      connection: session.connection.id,
      environment: config.environment,
      readOnly: config.readOnly,
      store: session.store,
      registry: registry.registry,
      notice: this.#followed.notice,
    };
  }

  #state(): ReturnType<typeof readTrainingState> {
    return readTrainingState(this.#facts, this.#counter.counted, this.#options.runs.last(this.#key), this.#reproduced);
  }

  async #changed(): Promise<void> {
    this.#counter.outdate();
    try {
      this.#web.emit('training/changed', await this.#state());
      this.#counter.countLater();
    } catch (error) {
      this.#options.tell.log('warning', String(error));
    }
  }

  async #read(signal: AbortSignal): ReturnType<ConstructorParameters<typeof TrainingCounter>[0]['read']> {
    const { training, session, registry } = this.#open;
    const [rows, { facts, advice }] = await Promise.all([
      session.store.countRows(training.table),
      readAdvice(training, { store: session.store, registry: registry.registry }, signal),
    ]);
    return { rows, counts: facts?.counts ?? null, advice };
  }

  /** By a trainer of its own, where no run is under way that would say it anyway. */
  async #check(signal: AbortSignal): Promise<CheckView | null> {
    const { runs, extensionUri, tell, connections } = this.#options;
    const run = runs.last(this.#key);
    if (isUnderWay(run)) return null;
    const { training, session, registry } = this.#open;
    const place = forkTrainer(extensionUri, training.name, { tell, homes: connections.homes });
    try {
      const parts = { store: session.store, registry: registry.registry, trainer: place.trainer };
      const checked = await checkDelta({ training, from: null, to: live }, parts, signal);
      const { data, groups } = judgementOf(checked);
      const dates = [...checkedNames(checked).dates];
      return { model: checked.model.number, snapshot: checked.from.name, data, dates, groups };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (!signal.aborted) tell.log('info', error.message);
      return null;
    } finally {
      place.end();
    }
  }

  /** As an update would be told, and before the first model as a full fit. */
  async #leaks(signal: AbortSignal): Promise<readonly string[] | null> {
    const { training, session, registry } = this.#open;
    try {
      const { parent } = await readLineage(training, registry.registry);
      return await leaksSaid({ store: session.store, training, parent, at: live }, signal);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (!signal.aborted) this.#options.tell.log('info', error.message);
      return null;
    }
  }

  async #ready(): Promise<PanelView> {
    this.#web.pageIsReady();
    const show = this.#show;
    this.#show = null;
    const state = await this.#state();
    this.#counter.countLater();
    return { page: 'training', state, show, strings: translations() };
  }

  #answers(): Answers<TrainingContract> {
    const { runs, acts, ask, tell } = this.#options;
    const target = () => {
      const { session, training } = this.#open;
      return { connection: session.connection.id, table: training.table, training: training.name };
    };
    return {
      ...gridAnswers(this.#spools, ask, tell),
      ...actAnswers(acts, target),
      'panel/ready': () => this.#ready(),
      'run/start': async ({ kind }) => ({ run: (await runs.start(await this.#toRun(), kind)).id }),
      'run/cancel': () => this.#done(() => runs.cancel(this.#key)),
      'run/again': async () => ({ run: (await runs.again(await this.#toRun())).id }),
      'run/discard': async () => {
        await runs.discard(this.#open);
        return null;
      },
      'model/reproduce': async ({ model, fromRoot }) => {
        const { identical, steps } = await (await acts()).reproduce({ ...target(), model }, fromRoot);
        this.#reproduced.set(model, identical ? 'identical' : 'different');
        await this.#changed();
        return { identical, steps };
      },
      'matrix/cell': ({ model, snapshot }, signal) => this.#cell(model, snapshot, signal),
      'delta/count': async (_, signal) => {
        await this.#counter.count(signal);
        return null;
      },
      'row/history': async ({ spool, view, row }) => {
        await (await acts()).showHistory(target(), await this.#spools.keyAt(spool, view, row));
        return null;
      },
      'delta/close': async ({ spool }) => {
        await this.#spools.close(spool);
        return null;
      },
      'delta/open': ({ from, to }, signal) => this.#delta(from, to, signal),
    };
  }

  #done(work: () => void): null {
    work();
    return null;
  }

  async #cell(number: number, snapshot: string, signal: AbortSignal): Promise<MatrixCell> {
    const { training, session, registry } = this.#open;
    const model = await registry.registry.byNumber(training.id, number, training.name);
    const { extensionUri, tell, connections } = this.#options;
    const place = forkTrainer(extensionUri, training.name, { tell, homes: connections.homes });
    try {
      const parts = { store: session.store, registry: registry.registry, trainer: place.trainer };
      const { metrics } = await evaluateAt(model, snapshot, training, parts, signal);
      const { accuracy, low, high, n } = metrics;
      return { model: number, snapshot, accuracy, low, high, n };
    } finally {
      place.end();
    }
  }

  async *#delta(from: string, to: string | null, signal: AbortSignal): AsyncGenerator<DeltaProgress, DeltaEnd> {
    const { session, training } = this.#open;
    const { table } = training;
    const started = performance.now();
    const versions = { table, from: atSnapshot(from), to: to === null ? live : atSnapshot(to) };
    const [info, older, way] = await Promise.all([
      session.store.table(table, versions.to),
      session.store.table(table, versions.from),
      session.store.deltaWay(versions),
    ]);
    // By its hash a row has its side of the split, where the training goes by the table's own key.
    const isByKey = info.key.length > 0 && sameNamesInOrder(info.key, training.key);
    const request = isByKey ? { ...versions, salt: splitSalt(training), withHash: true } : versions;
    const shown = {
      from,
      to: to ?? say('live at {0}', new Date().toTimeString().slice(0, 8)),
      restorable: to === null ? from : null,
      way: way.why === null ? null : wayText(way),
      columns: columnsText(older, info),
    };
    const steps = this.#spools.open(session.engine, { kind: 'delta', delta: request }, info.key.length, signal);
    for (;;) {
      const step = await steps.next();
      if (!step.done) {
        yield { spool: step.value.spool, ...shown };
        continue;
      }
      const spool = step.value?.spool;
      if (!spool) throw new Failure('delta.empty', { table: tableText(table), from, to: shown.to });
      yield { spool, ...shown };
      const counts = spool.truncated
        ? await session.store.countDelta(request, signal)
        : await this.#countsOf(spool.id, signal);
      return { spool, counts, ms: performance.now() - started };
    }
  }

  /** Counts of what is in the spool, so that rows and counts are of the same moment. */
  async #countsOf(id: number, signal: AbortSignal): Promise<DeltaEnd['counts']> {
    const [inserted = 0, updated = 0, deleted = 0] = await Promise.all(
      flagNames.map(async (flag) => {
        const view = { ...wholeView, flag };
        return (await this.#spools.page({ id, start: 0, count: 0, view }, signal)).total;
      }),
    );
    return { inserted, updated, deleted };
  }

  dispose(): void {
    this.#web.dispose();
  }
}
