/**
 * The protocol of outside trainers, version 1, as docs/trainer.md tells it: a program is started as `argv… VERB JOB`, where JOB is a
 * JSON file of one of these jobs, and its rows are Parquet files. Paths in it are absolute.
 */
import { later, say } from '../base/say.ts';
import type { Task } from '../data/training.ts';

/** The version that a job names, and that a description must name. */
export const protocolVersion = 1;

/** What every job of rows says. */
export interface JobBasis {
  readonly protocol: typeof protocolVersion;
  readonly task: Task;
  /** The column that is predicted: of a classification text, of a regression a number. */
  readonly label: string;
  /** Label texts, the order of which every model of the lineage keeps; empty of a regression. */
  readonly classes: readonly string[];
  readonly features: readonly { readonly name: string; readonly type: string }[];
  /** What the training's `options` say. */
  readonly options: Readonly<Record<string, unknown>>;
  /** A folder of the job's own for whatever it likes; it is removed with the job. */
  readonly scratch: string;
}

/** Files of rows, each with the features and the label. */
export interface TrainFiles {
  /** Every train row; of an update null, unless it asked for them (`updates: false`). */
  readonly train: string | null;
  /** Rows to choose by, never to train on. */
  readonly validation: string;
  /** Of an update: train rows that were inserted or changed, as they are now. */
  readonly changed: string | null;
  /** Rows that were changed, as they were; and rows that were deleted, as they were. */
  readonly before: string | null;
  readonly removed: string | null;
  /** Some rows that did not change. */
  readonly replay: string | null;
}

/** Learn everything (`full`), or go on from `parent` (`delta`), and leave the model in the folder `model`. */
export interface OutsideTrainJob extends JobBasis {
  readonly verb: 'train';
  readonly mode: 'full' | 'delta';
  /** For whatever is drawn: the same seed, rows and parent should give the same bytes. */
  readonly seed: number;
  readonly files: TrainFiles;
  /** The folder of the parent's model; null of a full fit. */
  readonly parent: string | null;
  readonly model: string;
}

/** Answer for `rows` with the model in the folder `model`, into the file `answers`. */
export interface OutsidePredictJob extends JobBasis {
  readonly verb: 'predict';
  readonly rows: string;
  readonly model: string;
  /** A Parquet file to write: a column of probabilities for each class, by its text; or of a regression one column `value`. */
  readonly answers: string;
}

/** Say what the trainer is, as JSON into the file `description`. */
export interface DescribeJob {
  readonly protocol: typeof protocolVersion;
  readonly verb: 'describe';
  readonly options: Readonly<Record<string, unknown>>;
  readonly description: string;
}

/** What a trainer says of itself. */
export interface Description {
  readonly protocol: typeof protocolVersion;
  readonly name: string;
  readonly tasks: readonly Task[];
  /** Whether it can go on from a parent; else a delta run trains everything again. */
  readonly updates: boolean;
  /** Whether the same job gives the same bytes. */
  readonly deterministic: boolean;
  /** Whether an update gives what a full fit would. */
  readonly exact?: boolean;
  /** Of libraries, by name. */
  readonly versions?: Readonly<Record<string, string>>;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTask = (value: unknown): value is Task => value === 'classification' || value === 'regression';

const isTexts = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every((one) => typeof one === 'string');

/** What each field has to be, and what is said of its name where it is not. */
const fields: Readonly<Record<keyof Description, readonly [(value: unknown) => boolean, string]>> = {
  protocol: [
    (value) => value === protocolVersion,
    later('"{0}" of its description is no version that is known here: 1'),
  ],
  name: [
    (value) => typeof value === 'string' && value !== '' && value.length <= 200,
    later('"{0}" of its description is no text'),
  ],
  tasks: [
    (value) => Array.isArray(value) && value.length > 0 && value.every(isTask),
    later('"{0}" of its description is no list of "classification" and "regression"'),
  ],
  updates: [(value) => typeof value === 'boolean', later('"{0}" of its description is neither true nor false')],
  deterministic: [(value) => typeof value === 'boolean', later('"{0}" of its description is neither true nor false')],
  exact: [
    (value) => value === undefined || typeof value === 'boolean',
    later('"{0}" of its description is neither true nor false'),
  ],
  versions: [
    (value) => value === undefined || isTexts(value),
    later('"{0}" of its description has a value that is no text'),
  ],
};

/** Why a document is no description: a reason without a full stop, or null. */
export function descriptionFault(found: unknown): string | null {
  if (!isRecord(found)) return say('its description is no object');
  for (const [name, [fits, why]] of Object.entries(fields)) if (!fits(found[name])) return say(why, name);
  return null;
}

/** A line of standard output that tells how far a job is; anything else there goes to the log. */
export interface ProgressLine {
  /** In [0, 1]. */
  readonly progress: number;
  readonly message?: string;
}

/** Reads a line that is a JSON object with `progress`, or null. */
export function progressOf(line: string): ProgressLine | null {
  if (!line.startsWith('{')) return null;
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isRecord(found)) return null;
  const { progress, message } = found;
  if (typeof progress !== 'number' || !(progress >= 0 && progress <= 1)) return null;
  return { progress, ...(typeof message === 'string' && { message: message.slice(0, 200) }) };
}
