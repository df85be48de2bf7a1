/** `snapshot clean`: deletes the snapshots that nothing needs any more; without `--yes` only what it would delete. */
import { later, say } from '../../../base/say.ts';
import {
  cleanUp,
  type CleanUpPlan,
  keptText,
  planCleanUp,
  snapshotsOfDecisions,
  type Retention,
  usualRetention,
} from '../../../app/versions/retention.ts';
import { countText } from '../../../words/numbers.ts';
import { forcedEvent } from '../../../app/registry/record/happenings.ts';
import { Failure } from '../../../base/failure.ts';
import { modelText } from '../../../data/model.ts';
import { snapshotPlace } from '../../../data/version.ts';
import type { Command, Invocation } from '../command.ts';
import { tell } from '../record.ts';
import { confirmedName, confirmOption, requireConsent } from '../confirm.ts';
import { registriesBeside } from './knownModels.ts';

const day = 24 * 60 * 60 * 1000;
const units: Readonly<Record<string, number>> = { h: day / 24, d: day, w: 7 * day };

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

function retentionOf(invocation: Invocation): Retention {
  const keep = invocation.option('keep');
  const age = invocation.option('older-than');
  if (keep !== undefined && !/^[1-9]\d{0,5}$/.test(keep))
    throw usage(`--keep is a whole number from 1 on, not "${keep}".`);
  const parts = age === undefined ? null : /^(\d{1,5})([hdw])$/.exec(age);
  if (age !== undefined && !parts) throw usage(`--older-than is an age such as 12h, 30d or 8w, not "${age}".`);
  return {
    last: keep === undefined ? usualRetention.last : Number(keep),
    ageMs: parts ? Number(parts[1]) * (units[parts[2] ?? 'd'] ?? day) : usualRetention.ageMs,
  };
}

function planText({ remove, losing, keep }: CleanUpPlan): string {
  if (remove.length === 0)
    return say(
      'Nothing to delete: each of the {0} snapshots is needed, among the newest, or young.',
      countText(keep.length),
    );
  const lines = remove.map((one) => `${one.name}  (${snapshotPlace(one)})`);
  if (losing.length > 0)
    lines.push(
      say('{0}: predict as before, and can no longer be reproduced or compared.', losing.map(modelText).join(', ')),
    );
  return lines.join('\n');
}

/** `deltatrain snapshot clean`: plans, and with `--yes` deletes; what a promoted model needs stays. */
export const snapshotClean: Command = {
  name: 'snapshot clean',
  usage: '[--keep N] [--older-than AGE] [--dry-run] [--yes] [--confirm clean]',
  summary: later('Delete the snapshots that nothing needs; what a promoted model needs always stays'),
  options: {
    keep: {
      type: 'string',
      value: 'N',
      about: later('Keep the newest N of each table, and what the newest N models of each training need (5)'),
    },
    'older-than': { type: 'string', value: 'AGE', about: later('Delete only what is older: 12h, 30d, 8w (30d)') },
    'dry-run': { type: 'boolean', about: later('Only say what it would delete') },
    yes: { type: 'boolean', about: later('Do it; without it, only say what it would delete') },
    confirm: confirmOption('clean'),
  },
  takes: [0, 0],
  async run(invocation) {
    const { output, signal } = invocation;
    const retention = retentionOf(invocation);
    const opened = await invocation.open();
    const { store, environment } = opened;
    const registries = await registriesBeside(invocation, opened);
    const models = (await Promise.all(registries.map((registry) => registry.heads()))).flat();
    const ofRuns = (await Promise.all(registries.map((registry) => registry.snapshotsOfRuns()))).flat();
    const ofDecisions = await snapshotsOfDecisions(registries);
    const snapshots = await store.snapshots();
    const plan = planCleanUp({ snapshots, models, ofRuns, ofDecisions, now: Date.now() }, retention);
    const consents = !invocation.has('dry-run') && (invocation.has('yes') || confirmedName(invocation) !== undefined);
    if (consents && plan.remove.length > 0)
      requireConsent(environment, confirmedName(invocation), say('Deleting snapshots'), 'clean');
    const { removed, failure } = consents
      ? await cleanUp(store, plan, (name) => output.progress(name), signal)
      : { removed: [], failure: null };
    output.progress('');
    if (removed.length > 0 && plan.losing.length > 0)
      await tell(invocation, opened, forcedEvent(removed.join(', '), plan.losing.map(modelText)));
    const document = {
      remove: plan.remove.map(({ name }) => name),
      removed,
      kept: plan.keep.map((one) => ({ name: one.snapshot.name, because: one.because, sentence: keptText(one) })),
      models: plan.losing.map(modelText),
    };
    if (failure) {
      if (removed.length > 0) output.note(say('Deleted before that: {0}.', removed.join(', ')));
      throw failure;
    }
    output.document(document, () =>
      consents && removed.length > 0 ? `${removed.join('\n')}\n${say('{0} deleted.', removed.length)}` : planText(plan),
    );
    if (consents || invocation.has('dry-run') || plan.remove.length === 0) return 0;
    output.error(
      say(
        'Nothing was deleted. To delete what stands here, add {0}.',
        environment === 'production' ? '--confirm clean' : '--yes',
      ),
    );
    return 2;
  },
};
