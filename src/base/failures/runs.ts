/** What can go wrong with the configuration, trainings, models and runs. */
import { didYouMean } from '../nearest.ts';
import { type LimitName, limitSentence } from '../limits.ts';
import { later, say, together } from '../say.ts';

/** A name as it can be typed. */
const asArgument = (name: string): string => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name));

/** `known`: what deltatrain.json names; undefined where that was not looked at. */
function knownTrainings(known: readonly string[] | undefined): string {
  if (known === undefined) return '';
  if (known.length === 0) return say('deltatrain.json has none yet: write it there, under "trainings".');
  return known.length === 1 ? say('There is: {0}.', known.join(', ')) : say('There are: {0}.', known.join(', '));
}

const fewRows = {
  train: later("Only {0} train rows: at least {1} are needed. Add rows or change the training's shares."),
  test: later("Only {0} test rows: at least {1} are needed. Add rows or change the training's shares."),
} as const;

/** The codes of this part of the table, the data each carries, and its sentence. */
export const runFailures = {
  cancelled: { say: () => say('Cancelled.') },
  'config.changed': {
    say: (d: { training: string }) =>
      say(
        'deltatrain.json says something else of "{0}" than the page showed. The page shows it now: look, and start again.',
        d.training,
      ),
  },
  'config.unreadable': { say: (d: { file: string; problems: string }) => `${d.file}: ${d.problems}` },
  /** `by`: a sentence on what names it. */
  'connection.unknown': {
    say: (d: { connection: string; near?: string | null; by?: string }) =>
      together(say('There is no connection "{0}".', d.connection), d.by, didYouMean(d.near)),
  },
  'connection.outside': {
    say: (d: { path: string }) =>
      say('The store {0} lies outside the workspace. Choose it in a dialog to allow it.', d.path),
  },
  'workspace.untrusted': {
    say: () => say('This workspace is not trusted, so nothing it names is opened. Trust it first.'),
  },
  'training.unknown': {
    say: (d: { training: string; near?: string | null; known?: readonly string[] }) =>
      together(say('There is no training "{0}".', d.training), d.near ? didYouMean(d.near) : knownTrainings(d.known)),
  },
  'plan.noLabel': {
    say: (d: { table: string; label: string }) => say('{0} has no column "{1}" to use as the label.', d.table, d.label),
  },
  'plan.noLabels': {
    say: (d: { table: string; label: string }) =>
      say(
        'No row of {0} has a label: "{1}" is empty (NULL) in every row. Fill it in, or choose another label.',
        d.table,
        d.label,
      ),
  },
  'plan.oneClass': {
    say: (d: { label: string; value: string }) =>
      say(
        'Every row has the same label ({0} = {1}), so there is nothing to learn. Choose another label.',
        d.label,
        d.value,
      ),
  },
  'plan.noFeatures': {
    say: (d: { table: string }) => say('{0} has no column left to learn from besides its key and label.', d.table),
  },
  'plan.keyFeature': {
    say: (d: { column: string }) =>
      say('"{0}" is unique for every row, so a model could only memorise it. Leave it out of the features.', d.column),
  },
  'plan.fewRows': {
    say: (d: { set: 'train' | 'test'; rows: number; needed: number }) => say(fewRows[d.set], d.rows, d.needed),
  },
  'plan.unsupported': { say: (d: { what: string; hint?: string }) => together(d.what, d.hint) },
  'model.unknown': {
    say: (d: { model: string; near?: string | null }) =>
      together(say('There is no model "{0}".', d.model), didYouMean(d.near)),
  },
  'trainer.unusable': {
    say: (d: { command: string; why: string }) => say('The trainer "{0}" cannot be started: {1}.', d.command, d.why),
  },
  /** `how`: a sentence on what allows it. */
  'trainer.notAllowed': {
    say: (d: { command: string; how: string }) =>
      say('The trainer "{0}" was not allowed to run on this machine. {1}', d.command, d.how),
  },
  /** `how`: a sentence on what allows it. */
  'hook.notAllowed': {
    say: (d: { command: string; how: string }) =>
      say(
        'The program "{0}", which the training runs when a model is held, was not allowed to run on this machine. {1}',
        d.command,
        d.how,
      ),
  },
  /** `said`: its last words. */
  'hook.failed': {
    say: (d: { command: string; why: string; said?: string }) =>
      together(
        say('The program "{0}", which the training runs when a model is held, failed: {1}.', d.command, d.why),
        d.said === undefined ? null : say('It said:\n{0}', d.said),
      ),
  },
  /** `said`: its last words. */
  'trainer.failed': {
    say: (d: { trainer: string; verb: string; why: string; said?: string }) =>
      d.said === undefined
        ? say('The trainer "{0}" failed at "{1}": {2}. Nothing was registered.', d.trainer, d.verb, d.why)
        : say(
            'The trainer "{0}" failed at "{1}": {2}. Nothing was registered. It said:\n{3}',
            d.trainer,
            d.verb,
            d.why,
            d.said,
          ),
  },
  /** `all`: none of the features is there. */
  'predict.missing': {
    say: (d: { model: string; where: string; columns: readonly string[]; all?: true }) =>
      d.all
        ? say('{0} has none of the columns that {1} was trained on: {2}.', d.where, d.model, d.columns.join(', '))
        : say(
            '{0} has no column {1}, which {2} was trained on. Add it, or say --fill-missing to count it as missing in every row.',
            d.where,
            d.columns.map((name) => `"${name}"`).join(', '),
            d.model,
          ),
  },
  'model.none': {
    say: (d: { training: string; which: 'promoted' | 'latest' }) =>
      d.which === 'promoted'
        ? say(
            'No model of "{0}" is promoted. Promote one: deltatrain model promote {1}/m1.',
            d.training,
            asArgument(d.training),
          )
        : say('Every model of "{0}" is held, rejected or archived, so none is the latest. Name one.', d.training),
  },
  'model.ambiguous': {
    say: (d: { model: string; choices: string }) =>
      say('"{0}" could be {1}. Write training/model.', d.model, d.choices),
  },
  'model.noParent': {
    say: (d: { training: string }) => say('"{0}" has no model yet to update. Train fully first.', d.training),
  },
  'model.damaged': {
    say: (d: { model: string; expected: string; found: string } | { model: string; reason: string }) =>
      'reason' in d
        ? say('The stored artifact of {0} is damaged: {1}. Archive the model and train again.', d.model, d.reason)
        : say('The stored artifact of {0} is damaged (sha256 {1}, expected {2}).', d.model, d.found, d.expected),
  },
  /** `reason`: without a full stop. */
  'bundle.refused': {
    say: (d: { file: string; reason: string }) => say('The bundle {0} was not opened: {1}.', d.file, d.reason),
  },
  'model.incompatible': {
    say: (d: { model: string; reason: string }) => say('{0} cannot be used here: {1}', d.model, d.reason),
  },
  'kernel.unknown': {
    say: (d: { kernel: string }) =>
      say(
        'This version has no training kernel {0}. Use the version of DeltaTrain that trained with it.',
        d.kernel.slice(0, 12),
      ),
  },
  'run.diverged': {
    say: (d: { epoch: number }) =>
      say('Training diverged in epoch {0} (the loss is not a number). Nothing was registered.', d.epoch),
  },
  'run.leased': {
    say: (d: { training: string; owner: string; since: string }) =>
      say(
        '"{0}" is being trained by {1} since {2}. Wait for it or cancel it there; a run whose program died is given up after a minute.',
        d.training,
        d.owner,
        d.since,
      ),
  },
  'run.interrupted': {
    say: (d: { training: string; snapshot: string | null }) =>
      together(
        say('The run of "{0}" was interrupted.', d.training),
        d.snapshot
          ? say('Nothing was registered; its snapshot "{0}" is kept.', d.snapshot)
          : say('Nothing was registered.'),
        say('Run it again or discard it.'),
      ),
  },
  /** `why`: a reason without a full stop. */
  'check.unusable': { say: (d: { why: string }) => say('It cannot be checked: {0}.', d.why) },
  /** `what`: what was not done; `said`: each check that does not hold, with its sentence. */
  'check.failed': {
    say: (d: { what: string; said: readonly string[] }) =>
      say('{0} was not begun, because a check does not hold: {1}', d.what, d.said.join(' · ')),
  },
  'run.refused': { say: (d: { what: string; why: string }) => say('{0} was refused: {1}', d.what, d.why) },
  'confirm.needed': { say: (d: { what: string; how: string }) => say('{0} needs a confirmation: {1}', d.what, d.how) },
  'limit.reached': { say: (d: { limit: LimitName; where: string; found?: number }) => limitSentence(d) },
  'registry.readOnly': {
    say: (d: { what: string }) =>
      say(
        '{0} would change DeltaTrain\'s own tables (the database "deltatrain"), which keep the models and the record of what happened: they can be read here, and are changed by the commands on models alone.',
        d.what,
      ),
  },
  'connection.unbound': {
    /** `meant`: the server that the password is for; `byVariable`: the variable `beside` says so. */
    say: (d: {
      connection: string;
      server: string;
      variable: string;
      beside: string;
      meant: string | null;
      byVariable: boolean;
    }) =>
      together(
        d.meant === null
          ? say(
              'The password in {0} was not sent to {1}, which "{2}" in deltatrain.json names: nothing says that it is for that server.',
              d.variable,
              d.server,
              d.connection,
            )
          : say(
              'The password in {0} was not sent to {1}, which "{2}" in deltatrain.json names: it is for {3}.',
              d.variable,
              d.server,
              d.connection,
              d.meant,
            ),
        d.byVariable
          ? say('If it is: {0}={1}.', d.beside, d.server)
          : say('If it is: {0}={1}, or deltatrain connection trust {2}.', d.beside, d.server, asArgument(d.connection)),
      ),
  },
  'usage.wrong': { say: (d: { message: string }) => d.message },
  'process.ended': {
    say: (d: { process: string; reason: string }) =>
      say('The {0} process ended unexpectedly ({1}).', d.process, d.reason),
  },
} as const satisfies Record<string, { say: (d: never) => string }>;
