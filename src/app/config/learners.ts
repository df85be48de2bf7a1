/** The learners that a training may name, read from the published schema, which is written from the trainer's own table. */
import { say } from '../../base/say.ts';
import schema from '../../../media/deltatrain.schema.json' with { type: 'json' };
import { Failure } from '../../base/failure.ts';
import type { OutsideConfig } from './config.ts';
import type { LearnerChoice, LearnerOptions, OptionValue, Task } from '../../data/training.ts';

/** What is known of a learner without its code. */
interface LearnerFacts {
  readonly name: string;
  readonly fits: readonly string[];
  /** An update has the bits of a full fit. */
  readonly exact: boolean;
  /** Its artifacts have the rows that they were trained on. */
  readonly keepsRows: boolean;
  readonly defaults: LearnerOptions;
  /** The words that an option can be; undefined for one that is no word. */
  readonly wordsOf: (option: string) => readonly string[] | undefined;
}

/** A learner's part of the schema: what a training that names it may say. */
interface LearnerPart {
  readonly exact: boolean;
  readonly keepsRows: boolean;
  readonly properties: {
    readonly task: { readonly enum: readonly string[] };
    readonly options: { readonly properties: Readonly<Record<string, OptionPart>> };
  };
}

/** Of the words of `anyOf` the first are the ones that can be used. */
interface OptionPart {
  /** None where a rule decides. */
  readonly default?: OptionValue;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly { readonly enum: readonly string[] }[];
}

const prefix = 'learner.';
const definitions: Readonly<Record<string, unknown>> = schema.definitions;

/** In the table's order, which is the order in which "auto" chooses. */
const known: readonly LearnerFacts[] = Object.entries(definitions).flatMap(([definition, part]) => {
  if (!definition.startsWith(prefix)) return [];
  const { exact, keepsRows: keeps, properties } = part as LearnerPart;
  const { task, options } = properties;
  return [
    {
      name: definition.slice(prefix.length),
      fits: task.enum,
      exact,
      keepsRows: keeps,
      defaults: Object.fromEntries(
        Object.entries(options.properties).map(([option, one]) => [option, one.default ?? null]),
      ),
      wordsOf: (option) => options.properties[option]?.enum ?? options.properties[option]?.anyOf?.[0]?.enum,
    },
  ];
});

/** True of a learner whose updates have the bits of a full fit with the same encoder. */
export const isExact = (learner: string): boolean => known.some(({ name, exact }) => name === learner && exact);

/** True of a learner whose artifacts have the rows that they were trained on; of one that nobody knows, as it may be so. */
export const keepsRows = (learner: string): boolean => known.find(({ name }) => name === learner)?.keepsRows ?? true;

/** What a training may name as its learner, "auto" first. */
export const learnerNames: readonly string[] = ['auto', ...known.map(({ name }) => name)];

const unsupported = (training: string, what: string, hint: string): Failure =>
  new Failure('plan.unsupported', {
    what: say('The training "{0}" cannot be run: {1} is not supported yet.', training, what),
    hint,
  });

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(' or ');

function learnerFor(training: string, written: string | undefined, task: Task): LearnerFacts {
  const fitting = known.filter(({ fits }) => fits.includes(task));
  const hint = say('Use {0}.', quoted(['auto', ...fitting.map(({ name }) => name)]));
  const found = written === undefined || written === 'auto' ? fitting[0] : known.find(({ name }) => name === written);
  if (!found) throw unsupported(training, written ? `"learner": "${written}"` : `"task": "${task}"`, hint);
  if (!found.fits.includes(task)) throw unsupported(training, `"learner": "${found.name}" for "${task}"`, hint);
  return found;
}

/** The name under which plans keep a learner that is another program. */
export const outsideLearnerName = 'command';

/** What plans keep of a program: its own options as JSON, in the order in which they are written. */
function outsideChoice(training: string, { options = {}, ...written }: OutsideConfig): LearnerChoice {
  const defaults = Object.fromEntries(
    Object.entries(schema.definitions.outside.properties).flatMap(([name, part]) =>
      'default' in part && name !== 'options' ? [[name, part.default as OptionValue]] : [],
    ),
  );
  const secret = written.env?.find((name) => /^DELTATRAIN_/i.test(name));
  if (secret !== undefined)
    throw unsupported(training, `"env": "${secret}"`, say('Variables of DeltaTrain are given to no trainer.'));
  return { name: outsideLearnerName, options: { ...defaults, ...written, options: JSON.stringify(options) } };
}

/** What a training says of its learner. */
interface Written {
  readonly learner?: string | OutsideConfig | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** What stands for a learner that the first full fit is to choose. */
const open: LearnerChoice = { name: 'auto', options: {} };

/** Who has all the options that a training names where it leaves the learner open. */
const byOptions = (options: readonly string[], task: Task): string | undefined =>
  known.find(({ fits, defaults }) => fits.includes(task) && options.every((option) => Object.hasOwn(defaults, option)))
    ?.name;

/**
 * The learner that a training names with every option filled in; `plan.unsupported`. Where it names none: the one that its options
 * are of, and without options `auto`, which the first full fit chooses.
 */
export function chooseLearner(training: string, { learner, options }: Written, task: Task): LearnerChoice {
  if (typeof learner === 'object') {
    if (options !== undefined)
      throw unsupported(training, say('"options" beside a "command"'), say('Write them inside "learner".'));
    return outsideChoice(training, learner);
  }
  const named = Object.keys(options ?? {}).filter((option) => options?.[option] !== undefined);
  const isOpen = learner === undefined || learner === 'auto';
  if (isOpen && named.length === 0 && known.some(({ fits }) => fits.includes(task))) return open;
  const written = { learner: isOpen ? byOptions(named, task) : learner, options };
  const { name, defaults, wordsOf } = learnerFor(training, written.learner, task);
  const given = Object.entries(written.options ?? {}).filter(([, value]) => value !== undefined);
  for (const [option, value] of given) {
    if (!Object.hasOwn(defaults, option)) throw unsupported(training, `"${option}"`, say('Leave it out.'));
    const words = wordsOf(option);
    if (words && !words.includes(String(value)))
      throw unsupported(training, `"${option}": "${String(value)}"`, say('Use {0}.', quoted(words)));
  }
  return { name, options: { ...defaults, ...(Object.fromEntries(given) as LearnerOptions) } };
}
