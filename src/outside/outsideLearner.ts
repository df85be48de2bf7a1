/** The learner that is another program: each piece of learning is one job of it, and its model is the folder that it leaves. */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { Failure } from '../base/failure.ts';
import { sha256 } from '../base/sha256.ts';
import { say } from '../base/say.ts';
import type { Answers, FitJob, Learner, LearnerHooks, Learnt, RefineJob, SavedState } from '../data/learner.ts';
import type { LearnerOptions, Task } from '../data/training.ts';
import type { RowStream } from '../data/trainPage.ts';
import { digestOf, resolveCommand } from './consent/digest.ts';
import { FolderFault, folderFault, packFolder, unpackFolder } from './jobs/directory.ts';
import { inJobFolder, type JobFolder } from './jobs/jobFolder.ts';
import { AnswersFault, readAnswers, writeRows } from './jobs/rowFiles.ts';
import { outsideOptions, outsideRules } from './options.ts';
import { failed, type JobHooks, runOutsideJob } from './process/runJob.ts';
import {
  type DescribeJob,
  type Description,
  descriptionFault,
  type JobBasis,
  type OutsidePredictJob,
  type OutsideTrainJob,
  protocolVersion,
  type TrainFiles,
} from './protocol.ts';

/** A model of another program: its folder as bytes, and what it takes to ask it again. */
export interface OutsideModel {
  readonly folder: Uint8Array;
  readonly structure: Structure;
}

interface Structure {
  readonly kind: 'command';
  readonly format: 1;
  readonly description: Description;
  /** As a plan keeps them: the program that made it is the one that can answer for it. */
  readonly options: LearnerOptions;
  readonly task: Task;
  readonly label: string;
  readonly classes: readonly string[];
}

/** Where programs are found, which of them may run, and where their words go. */
export interface OutsideContext {
  /** The folder of deltatrain.json. */
  readonly folder: string;
  /** Whether the person of this machine allowed a program with these contents. */
  readonly isAllowed: (digest: string) => boolean;
  readonly log: (line: string) => void;
}

const mostDescription = 100_000;

/** A whole number of 31 bits that a seed stands for. */
const seedNumber = (seed: string): number => Number.parseInt(sha256(seed).slice(0, 8), 16) >>> 1;

/** One job of one program, within what its options say. */
class Outside {
  readonly #context: OutsideContext;
  readonly #options: LearnerOptions;

  constructor(context: OutsideContext, options: LearnerOptions) {
    this.#context = context;
    this.#options = options;
  }

  get own(): Readonly<Record<string, unknown>> {
    return outsideOptions(this.#options).own;
  }

  /** Looked at anew before each job: a file may have changed since it was allowed. */
  #command(): ReturnType<typeof resolveCommand> {
    const { folder, isAllowed } = this.#context;
    const { command } = outsideOptions(this.#options);
    const resolved = resolveCommand(folder, command);
    if (isAllowed(digestOf(folder, command))) return resolved;
    throw new Failure('trainer.notAllowed', {
      command: command.join(' '),
      how: say('Read it, then allow it: deltatrain trainer allow.'),
    });
  }

  async run(
    verb: 'train' | 'predict' | 'describe',
    folder: JobFolder,
    document: object,
    hooks: Partial<JobHooks> & { signal: AbortSignal },
  ): Promise<void> {
    const { env, minutes, megabytes, memory } = outsideOptions(this.#options);
    const job = {
      ...{ verb, command: this.#command(), folder: folder.path, env, minutes, memoryBytes: memory * 1e6 },
      file: folder.write('job.json', document),
      // Its model, its answers, and what it writes on the way.
      diskBytes: 4 * megabytes * 1e6,
    };
    await runOutsideJob(job, { progress: () => {}, log: this.#context.log, ...hooks });
  }

  /** Says what a program left wrong. */
  fault(verb: 'train' | 'predict' | 'describe', why: string): Failure {
    return failed({ verb, command: resolveCommand(this.#context.folder, outsideOptions(this.#options).command) }, why);
  }

  async describe(signal: AbortSignal): Promise<Description> {
    return inJobFolder(async (folder) => {
      const description = folder.at('description.json');
      const job: DescribeJob = { protocol: protocolVersion, verb: 'describe', options: this.own, description };
      await this.run('describe', folder, job, { signal });
      if (!existsSync(description)) throw this.fault('describe', say('it left no description'));
      if (statSync(description).size > mostDescription)
        throw this.fault('describe', say('its description is too long'));
      let found: unknown;
      try {
        found = JSON.parse(readFileSync(description, 'utf8'));
      } catch {
        throw this.fault('describe', say('its description is no JSON'));
      }
      const fault = descriptionFault(found);
      if (fault !== null) throw this.fault('describe', fault);
      return found as Description;
    });
  }

  /** The folder of the model, packed. */
  packed(folder: string): Uint8Array {
    try {
      return packFolder(folder, outsideOptions(this.#options).megabytes * 1e6);
    } catch (error) {
      if (error instanceof FolderFault) throw this.fault('train', error.message);
      throw error;
    }
  }
}

const taskOf = (classes: number): Task => (classes === 0 ? 'regression' : 'classification');

/** What learning hands over, by the name of its file. */
type Handed = Partial<Record<keyof TrainFiles, RowStream<'raw'> | undefined>>;

/** Writes what is handed over, each under its name; what is not there is null. */
async function written(
  folder: JobFolder,
  handed: Handed,
  label: { readonly name: string; readonly classes: readonly string[] },
  signal: AbortSignal,
): Promise<TrainFiles> {
  const file = async (name: keyof TrainFiles): Promise<string | null> => {
    const stream = handed[name];
    if (!stream) return null;
    await writeRows(folder.at(`${name}.parquet`), stream, label, signal);
    return folder.at(`${name}.parquet`);
  };
  return {
    train: await file('train'),
    validation: (await file('validation')) ?? '',
    changed: await file('changed'),
    before: await file('before'),
    removed: await file('removed'),
    replay: await file('replay'),
  };
}

interface Learning {
  readonly options: LearnerOptions;
  readonly seed: string;
  readonly classNames: readonly string[];
  readonly mode: 'full' | 'delta';
  readonly parent: OutsideModel | null;
  readonly handed: Handed;
  readonly description: Description;
  readonly seen: number;
}

/** The column of the label needs a name that no feature has; what it is called at home is the plan's, which no learner sees. */
function labelName(features: readonly { readonly name: string }[]): string {
  let name = 'label';
  while (features.some((feature) => feature.name.toLowerCase() === name)) name = `${name}_`;
  return name;
}

async function learn(
  outside: Outside,
  learning: Learning,
  { signal, working }: LearnerHooks,
): Promise<Learnt<OutsideModel>> {
  const { options, seed, classNames, mode, parent, handed, description, seen } = learning;
  const validation = handed.validation;
  if (!validation)
    throw new Error('Broken invariant: validation rows are always handed over, though there may be none');
  const features = validation.layout.columns;
  const label = labelName(features);
  const task = taskOf(classNames.length);
  if (!description.tasks.includes(task)) throw outside.fault('train', say('it says that it does not do a {0}', task));
  return inJobFolder(async (folder) => {
    mkdirSync(folder.at('model'));
    if (parent) unpackFolder(parent.folder, folder.at('parent'));
    const job: OutsideTrainJob = {
      ...{
        protocol: protocolVersion,
        verb: 'train',
        mode,
        task,
        label,
        classes: classNames,
        features,
        seed: seedNumber(seed),
      },
      ...{ options: outside.own, scratch: folder.at('scratch'), model: folder.at('model') },
      files: await written(folder, handed, { name: label, classes: classNames }, signal),
      parent: parent ? folder.at('parent') : null,
    };
    await outside.run('train', folder, job, {
      signal,
      progress: (line) => working?.(line.progress, line.message ?? null),
    });
    const structure: Structure = { kind: 'command', format: 1, description, options, task, label, classes: classNames };
    const model = { folder: outside.packed(folder.at('model')), structure };
    return { model, epochs: [], seen, attempts: [], kept: 0 };
  });
}

const isDescribed = (told: unknown): told is Structure => {
  const { kind, format, description, classes, options, label } = (told ?? {}) as Partial<
    Record<keyof Structure, unknown>
  >;
  return (
    kind === 'command' &&
    format === 1 &&
    descriptionFault(description) === null &&
    Array.isArray(classes) &&
    typeof options === 'object' &&
    options !== null &&
    typeof label === 'string'
  );
};

const bytesIn = ({ arrays }: SavedState): Uint8Array | null => {
  const found = arrays.find(({ name }) => name === 'folder')?.values;
  return found instanceof Uint8Array ? found : null;
};

/** The learner "command" for the programs of one deltatrain.json. */
export function outsideLearner(context: OutsideContext): Learner<OutsideModel, 'raw'> {
  const rowsIn = ({ rows }: RowStream<'raw'>): number => rows ?? 0;
  return {
    fits: ['classification', 'regression'],
    options: outsideRules,
    rows: 'raw',
    looksBack: true,
    calibrated: true,
    askedTogether: 262_144,
    keeps: ['command'],
    state: {
      write: ({ folder, structure }) => ({
        structure,
        arrays: [{ name: 'folder', shape: [folder.length], values: folder }],
      }),
      fault(saved, _layout, classes) {
        const bytes = bytesIn(saved);
        if (!isDescribed(saved.structure) || !bytes) return say('it is not the folder of another program');
        if (saved.structure.classes.length !== classes) return say('it has other classes than it says');
        return folderFault(bytes);
      },
      read(saved) {
        const folder = bytesIn(saved);
        if (!folder) throw new Error('Broken invariant: a state with a fault was read');
        return { folder, structure: saved.structure as Structure };
      },
    },
    kernelSha256: () => sha256(`outside:${protocolVersion}`),

    async fit(job: FitJob<OutsideModel, 'raw'>, hooks) {
      const outside = new Outside(context, job.options);
      const { options, seed, classNames = [], train, validation } = job;
      const description = await outside.describe(hooks.signal);
      const handed = { train, validation };
      const basis = { options, seed, classNames, mode: 'full' as const, parent: null };
      return learn(outside, { ...basis, handed, description, seen: rowsIn(train) }, hooks);
    },

    async refine(job: RefineJob<OutsideModel, 'raw'>, hooks) {
      const outside = new Outside(context, job.options);
      const { options, seed, classNames = [], parent, delta, replay, validation, train, before, removed } = job;
      const description = await outside.describe(hooks.signal);
      const basis = { options, seed, classNames, description };
      if (!description.updates)
        return learn(
          outside,
          { ...basis, mode: 'full', parent: null, handed: { train, validation }, seen: job.counts.train },
          hooks,
        );
      const handed = { changed: delta, before, removed, replay, validation };
      const seen = rowsIn(delta) + rowsIn(replay);
      return learn(outside, { ...basis, mode: 'delta', parent, handed, seen }, hooks);
    },

    replay: (options) => ({ options, share: Number(options['replay']), asWindow: true }),

    // It is told of classes by their names, and a model that never saw one says so by its answers.
    grow: async (model) => model,

    async predict(model, rows, signal): Promise<Answers> {
      const outside = new Outside(context, model.structure.options);
      const { classes, task, label } = model.structure;
      return inJobFolder(async (folder) => {
        unpackFolder(model.folder, folder.at('model'));
        const count = await writeRows(folder.at('rows.parquet'), rows, null, signal);
        if (count === 0)
          return task === 'regression'
            ? { kind: 'values', values: new Float64Array() }
            : { kind: 'scores', classes: classes.length, values: new Float32Array() };
        const basis: JobBasis = {
          protocol: protocolVersion,
          task,
          label,
          classes,
          features: rows.layout.columns,
          options: outside.own,
          scratch: folder.at('scratch'),
        };
        const job: OutsidePredictJob = {
          ...basis,
          verb: 'predict',
          rows: folder.at('rows.parquet'),
          model: folder.at('model'),
          answers: folder.at('answers.parquet'),
        };
        await outside.run('predict', folder, job, { signal });
        if (!existsSync(job.answers)) throw outside.fault('predict', say('it left no answers'));
        try {
          return await readAnswers(job.answers, count, classes, signal);
        } catch (error) {
          if (error instanceof AnswersFault) throw outside.fault('predict', error.message);
          throw error;
        }
      });
    },

    cost: (_options, trainRows) => trainRows,
  };
}
