/** The runs of this window. The extension host owns them: it holds the lease, streams the rows, and registers the result. */
import { thisProcess } from '../../host/thisProcess.ts';
import { systemClock } from '../../app/training/clock.ts';
import { discardInterrupted } from '../../app/training/lease/keptSnapshot.ts';
import type { RunRules } from '../../app/checks/runRuled.ts';
import type { TrainRequest } from '../../app/training/runStart.ts';
import type { Workbench } from '../../app/training/workbench.ts';
import { type Disposable, Disposables } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import { Failure } from '../../base/failure.ts';
import type { Memory } from '../../base/memory.ts';
import type { RunEvent, RunOutcome } from '../../data/run.ts';
import type { TrainEvent, Trainer } from '../../data/trainer.ts';
import { isUnderWay, type RunView } from '../../protocol/panel.ts';
import type { Connections } from '../connections/connections.ts';
import type { OpenTraining } from '../connections/trainings.ts';
import { ended, finished, newRun, viewAfter } from './runView.ts';
import { say } from '../../base/say.ts';
import { timeText } from '../../words/times.ts';

/** Where a run trains, and why not in the panel. `end` gives back what it held. */
export interface TrainingPlace {
  readonly where: RunView['where'];
  readonly reason: string | null;
  readonly trainer: Trainer;
  end(): void;
}

export interface RunsOptions {
  readonly connections: Pick<Connections, 'noticeChange' | 'hold'>;
  readonly memory: Memory;
  /** What a colleague would call this program, in the lease and in the registry. */
  readonly owner: string;
  readonly toolVersion: string;
  /** What deltatrain.json says of its runs now. */
  readonly rules: (open: OpenTraining) => Promise<RunRules>;
  /** Opens the place that fits the training: the panel's worker or a process. */
  readonly place: (open: OpenTraining) => Promise<TrainingPlace>;
}

/** A training of a connection, by which runs are told apart: there is one run of it at a time. */
export interface RunKey {
  readonly connection: string;
  readonly training: string;
}

interface Run {
  readonly key: RunKey;
  readonly controller: AbortController;
  view: RunView;
  done: Promise<RunOutcome>;
}

/** What is left of a run whose panel or window was lost; kept so that it can be run again or discarded, also by a later window. */
interface Interrupted {
  readonly connection: string;
  readonly training: string;
  readonly kind: RunView['kind'];
  readonly snapshot: string;
  /** Of the snapshot; records of older versions lack it, and their snapshot can then not be told from another of its name. */
  readonly createdAt?: string;
}

const interruptedKey = 'interrupted runs';
const runKeyText = ({ connection, training }: RunKey): string => JSON.stringify([connection, training]);

/** Starts, watches, cancels and repeats runs. A run goes on when its panel is closed, and ends with this window. */
export class Runs implements Disposable {
  readonly #options: RunsOptions;
  readonly #own = new Disposables();
  readonly #runs = new Map<string, Run>();
  readonly #changed = this.#own.add(new Emitter<{ key: RunKey; view: RunView }>());
  readonly #event = this.#own.add(new Emitter<{ key: RunKey; run: number; event: TrainEvent }>());
  /** A run began, went on to another phase, or ended. */
  readonly onDidChange = this.#changed.event;
  /** What a trainer tells while it works. */
  readonly onDidTell = this.#event.event;
  readonly #starting = new Set<string>();
  #nextId = 1;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /** The run under way or the last one of a training; one that an earlier window lost is shown as interrupted. */
  last(key: RunKey): RunView | null {
    const known = this.#runs.get(runKeyText(key));
    if (known) return known.view;
    const left = this.#interrupted().find((one) => runKeyText(one) === runKeyText(key));
    if (!left) return null;
    const { training, snapshot, kind } = left;
    const view = newRun(0, kind, { where: 'panel', whereReason: null }, Date.now());
    return ended(view, new Failure('run.interrupted', { training, snapshot }), Date.now(), '');
  }

  /** The runs under way. */
  underWay(): { key: RunKey; view: RunView }[] {
    return [...this.#runs.values()].filter(({ view }) => isUnderWay(view));
  }

  interrupted(): readonly RunKey[] {
    return this.#interrupted();
  }

  #interrupted(): readonly Interrupted[] {
    return this.#options.memory.get<Interrupted[]>(interruptedKey, []);
  }

  async #remember(key: RunKey, interrupted: Interrupted | null): Promise<void> {
    const others = this.#interrupted().filter((one) => runKeyText(one) !== runKeyText(key));
    await this.#options.memory.update(interruptedKey, interrupted ? [...others, interrupted] : others);
  }

  /** Begins a run; answers when it has been accepted. `done` is how it ends. */
  async start(
    open: OpenTraining,
    kind: RunView['kind'],
    snapshot?: NonNullable<TrainRequest['snapshot']>,
  ): Promise<{ id: number; done: Promise<RunOutcome> }> {
    const key: RunKey = { connection: open.session.connection.id, training: open.training.name };
    const known = this.#runs.get(runKeyText(key));
    if (this.#starting.has(runKeyText(key)) || (known && isUnderWay(known.view)))
      throw new Failure('run.leased', {
        training: open.training.name,
        owner: say('this window'),
        since: timeText(known ? Date.parse(known.view.startedAt) : Date.now()),
      });
    this.#starting.add(runKeyText(key));
    const place = await this.#options.place(open).finally(() => this.#starting.delete(runKeyText(key)));
    const view = newRun(this.#nextId++, kind, { where: place.where, whereReason: place.reason }, Date.now());
    const controller = new AbortController();
    const run: Run = { key, controller, view, done: Promise.reject(new Failure('cancelled')) };
    run.done.catch(() => {});
    this.#runs.set(runKeyText(key), run);
    run.done = this.#work(run, open, place, snapshot);
    // Whoever started it may not wait for its end; the view tells how it went.
    run.done.catch(() => {});
    this.#changed.fire({ key, view });
    return { id: view.id, done: run.done };
  }

  async #work(
    run: Run,
    open: OpenTraining,
    place: TrainingPlace,
    snapshot: TrainRequest['snapshot'],
  ): Promise<RunOutcome> {
    const { key } = run;
    const { training, session, registry } = open;
    const held = [session, registry].map(({ connection }) => this.#options.connections.hold(connection.id));
    const request = { training, mode: run.view.kind, ...(snapshot && { snapshot }) } as const;
    let kept: unknown;
    try {
      // Whoever starts anew instead of running again has no use for what the interrupted run kept.
      if (!snapshot) await this.#giveUp(key, open);
      const rules = await this.#options.rules(open);
      const { runRuled } = await import('../../app/checks/runRuled.ts');
      const { signal } = run.controller;
      const outcome = await runRuled(request, rules, this.workbench(open, place.trainer), signal, (event) =>
        this.#take(run, event),
      );
      this.#show(run, finished(run.view, outcome, Date.now()));
      return outcome;
    } catch (error) {
      kept = error;
      this.#show(run, ended(run.view, error, Date.now(), say('Something broke in DeltaTrain. The log says what.')));
      throw error;
    } finally {
      place.end();
      for (const one of held) one.dispose();
      if (!Failure.is(kept, 'run.interrupted')) await this.#remember(key, null);
      this.#options.connections.noticeChange(open.session.connection.id);
    }
  }

  /** What use cases of training work with, for a trainer that is given. */
  workbench({ session, registry }: OpenTraining, trainer: Trainer): Workbench {
    return {
      store: session.store,
      registry: registry.registry,
      trainer,
      clock: systemClock,
      owner: this.#options.owner,
      toolVersion: this.#options.toolVersion,
      here: thisProcess,
    };
  }

  #take(run: Run, event: RunEvent): void {
    const view = viewAfter(run.view, event);
    if (event.kind === 'pinned' && event.own)
      void this.#remember(run.key, {
        ...run.key,
        kind: view.kind,
        snapshot: event.snapshot,
        createdAt: event.createdAt,
      });
    if (event.kind === 'reading' || event.kind === 'epoch' || event.kind === 'testing') {
      run.view = view;
      this.#event.fire({ key: run.key, run: view.id, event });
    } else this.#show(run, view);
  }

  #show(run: Run, view: RunView): void {
    run.view = view;
    this.#changed.fire({ key: run.key, view });
  }

  cancel(key: RunKey): void {
    this.#runs.get(runKeyText(key))?.controller.abort();
  }

  /** Runs an interrupted run once more, on the snapshot that it kept while that is certain to be still the same. */
  async again(open: OpenTraining): Promise<{ id: number; done: Promise<RunOutcome> }> {
    const key: RunKey = { connection: open.session.connection.id, training: open.training.name };
    const last = this.last(key);
    const left = this.#interrupted().find((one) => runKeyText(one) === runKeyText(key));
    if (left?.createdAt !== undefined)
      return this.start(open, left.kind, { name: left.snapshot, createdAt: left.createdAt, own: true });
    return this.start(open, left?.kind ?? last?.kind ?? 'delta');
  }

  /** Gives the snapshot of an interrupted run up. */
  async discard(open: OpenTraining): Promise<void> {
    const { session, training } = open;
    const key: RunKey = { connection: session.connection.id, training: training.name };
    const stays = await this.#giveUp(key, open);
    const run = this.#runs.get(runKeyText(key));
    this.#runs.delete(runKeyText(key));
    const view = run?.view ?? newRun(0, 'delta', { where: 'panel', whereReason: null }, Date.now());
    const sentence =
      stays === null
        ? say('Discarded.')
        : say(
            'Discarded. A snapshot "{0}", if there is one, is not certain to be this run\'s and was left alone.',
            stays,
          );
    this.#changed.fire({ key, view: { ...view, phase: 'cancelled', sentence, snapshot: null } });
    this.#options.connections.noticeChange(session.connection.id);
  }

  /** The name of the snapshot that is not removed because it may be somebody else's; null when there is nothing to tell. */
  async #giveUp(key: RunKey, { session, registry, training }: OpenTraining): Promise<string | null> {
    const left = this.#interrupted().find((one) => runKeyText(one) === runKeyText(key));
    if (!left) return null;
    const { snapshot: name, createdAt } = left;
    const workbench = { store: session.store, registry: registry.registry };
    let isGone = false;
    try {
      isGone = createdAt !== undefined && (await discardInterrupted(workbench, training.table, { name, createdAt }));
    } catch (error) {
      // Somebody else removed it already, or trained on it: it is nobody's to remove any more.
      if (!Failure.is(error, 'version.unknown') && !Failure.is(error, 'version.needed')) throw error;
    }
    await this.#remember(key, null);
    return isGone ? null : name;
  }

  /** Ends what is under way, and waits until nothing is half-written. */
  async end(): Promise<void> {
    const runs = [...this.#runs.values()];
    for (const { controller } of runs) controller.abort();
    await Promise.allSettled(runs.map(({ done }) => done));
  }

  dispose(): void {
    this.#own.dispose();
  }
}
