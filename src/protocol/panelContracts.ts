/**
 * Who may ask whom between the extension host and a panel. The kinds of page have a contract each; those with rows share that
 * of the grid; messages are as `panel.ts` says.
 */
import type { TrainEvent } from '../data/trainer.ts';
import type { FormAnswers, FormFindings } from './form.ts';
import type { ChangedPairs, Distribution, SpoolPage, SpoolView } from './engine.ts';
import type {
  DeltaEnd,
  DeltaProgress,
  MatrixCell,
  PanelView,
  RestoreOutcome,
  ResultsState,
  RunView,
  Show,
  TrainingState,
} from './panel.ts';
import type { Stream } from './rpc.ts';

/**
 * Answered by the extension host to either page. Calls that ask the user something answer null when the user said no. A
 * `Failure` is shown in the page as its sentence; `cancelled` is not shown.
 */
export interface GridContract {
  calls: {
    /** May be called at any time; the page forgets what it had and shows the answer. */
    'panel/ready': (p: null) => PanelView;

    'spool/page': (p: { id: number; start: number; count: number; view: SpoolView }) => SpoolPage;
    'spool/distribution': (p: { id: number; column: number }) => Distribution;
    'spool/changes': (p: { id: number }) => number[];
    'spool/pairs': (p: { id: number; column: number; view: SpoolView }) => ChangedPairs;
    /** Asks for the file; the rows in view, all of them, and of the columns besides the key those that are shown. */
    'spool/export': (p: {
      id: number;
      view: SpoolView;
      columns: readonly number[] | null;
      name: string;
    }) => { rows: number; file: string } | null;

    /** Shows what a row was in every version, as a result of its own: by its place in a view. */
    'row/history': (p: { spool: number; view: SpoolView; row: number }) => null;

    'text/copy': (p: { text: string }) => null;
  };
  streams: Record<never, never>;
  events: Record<never, never>;
}

/** Answered by the extension host to the page of a training. */
export interface TrainingContract {
  calls: GridContract['calls'] & {
    /** Answers when the run has been accepted; the rest are `run/changed` and `run/event`. */
    'run/start': (p: { kind: 'delta' | 'full' }) => { run: number };
    'run/cancel': (p: { run: number }) => null;
    'run/again': (p: { run: number }) => { run: number };
    /** Drops the snapshot that an interrupted run kept. */
    'run/discard': (p: { run: number }) => null;

    'model/promote': (p: { model: number }) => null;
    'model/archive': (p: { model: number }) => null;
    /** Says that the data of a held model are right. `hash` of the reasons that were seen; a person may add a note. */
    'model/approve': (p: { model: number; hash: string }) => null;
    /** Takes the delta of a held model back: all of it, or one group of its suspects. As a restore. */
    'model/revert': (p: { model: number; group: number | null }) => RestoreOutcome | null;
    /** Leaves a group of suspects out of the training, and trains again. */
    'model/without': (p: { model: number; group: number }) => { run: number } | null;
    'model/reproduce': (p: { model: number; fromRoot: boolean }) => { identical: boolean; steps: number } | null;
    /** Tests a model at a version, on that version's test rows. */
    'matrix/cell': (p: { model: number; snapshot: string }) => MatrixCell;

    /** Preview, confirmation, safety snapshot, restore, verification. */
    'snapshot/restore': (p: { snapshot: string }) => RestoreOutcome | null;
    'snapshot/create': (p: null) => { snapshot: string } | null;

    /** Counts the header's delta to live when it was left pending. */
    'delta/count': (p: null) => null;
    /** Shows the rows of the table at a snapshot; `column` null: all of them. */
    'rows/show': (p: { snapshot: string; column: string | null; value: string | null }) => null;
    /** Opens the form of the training. */
    'training/edit': (p: null) => null;
    /** Lets the rows of a delta go that is shown no more. */
    'delta/close': (p: { spool: number }) => null;
  };
  streams: {
    /** `to` null: live, fixed at this moment. The first item comes with the first rows. */
    'delta/open': (p: { from: string; to: string | null }) => Stream<DeltaProgress, DeltaEnd>;
  };
  /** Told by the host. */
  events: {
    'training/changed': (p: TrainingState) => void;
    'run/changed': (p: RunView) => void;
    'run/event': (p: { run: number; event: TrainEvent }) => void;
    'panel/show': (p: Show) => void;
  };
}

/** Answered by the extension host to the page of results, whose rows stay until their result goes. */
export interface ResultsContract {
  calls: GridContract['calls'] & {
    'statement/cancel': (p: { id: number }) => null;
    'statement/again': (p: { id: number }) => null;
  };
  streams: Record<never, never>;
  /** Told by the host. */
  events: {
    'results/changed': (p: ResultsState) => void;
  };
}

/** Answered by the extension host to the page of a form. */
export interface FormContract {
  calls: {
    'panel/ready': (p: null) => PanelView;
    /** What was answered so far; the host keeps it, and says what is wrong with it. */
    'form/change': (p: { answers: FormAnswers }) => FormFindings;
    /** Does what was asked. The page goes away when it is done. */
    'form/submit': (p: { answers: FormAnswers; train: boolean }) => FormFindings;
    /** Ends what is under way. */
    'form/cancel': (p: null) => null;
  };
  streams: Record<never, never>;
  /** Told by the host. */
  events: {
    'form/changed': (p: FormFindings) => void;
  };
}

/** Answered by the page. */
export interface PageContract {
  calls: {
    /** Ends a worker that is there, makes a new one from the trainer bundle and answers when it can be sent messages. */
    'trainer/start': (p: null) => null;
    /** Ends the worker at once. */
    'trainer/stop': (p: null) => null;
  };
  streams: Record<never, never>;
  /** Told by the page. */
  events: {
    /** The worker failed as a whole; not told after `trainer/stop`. */
    'trainer/lost': (p: { reason: string }) => void;
    /** A bug in the page (an uncaught error, a content-policy violation), for the log. */
    'page/problem': (p: { message: string }) => void;
  };
}
