/** `"onSuspect": "quarantine"`: the rows that make the changes of a run suspect are left out until they change, and the rest is trained on. */
import { ownHash } from '../../../data/splitting/sides.ts';
import { Failure, mayHaveRun } from '../../../base/failure.ts';
import { say, together } from '../../../base/say.ts';
import type { SuspectGroup } from '../../../data/judgement.ts';
import type { Quarantined } from '../../../data/run.ts';
import type { Training } from '../../../data/training.ts';
import { suspectText } from '../../../words/judgement.ts';
import { rowsText } from '../../../words/numbers.ts';
import { judgementNames } from '../../../words/outcomeText.ts';
import type { ExcludedRow, Exclusion } from '../../registry/judged/exclusions.ts';
import { judgeChanges } from '../judged/judgeChanges.ts';
import type { Start } from '../runStart.ts';
import type { Workbench } from '../workbench.ts';
import { keepExclusion, lift, requireFew } from './exclude.ts';
import { rowsOfHashes } from './suspectRows.ts';

/** Groups that are left out of one run: what is suspect beyond them waits for a person. */
const mostGroups = 5;

/** A run as it begins without some rows: its store leaves them out. */
export interface BegunRun {
  readonly workbench: Workbench;
  readonly start: Start;
}

/** `none`: the changes are not suspect. `kept`: without these rows they are not. `held`: they are, whatever is left out, for this reason. */
export type Quarantine =
  | { readonly kind: 'none' }
  | { readonly kind: 'kept'; readonly quarantined: Quarantined; readonly note: string }
  | { readonly kind: 'held'; readonly note: string };

const held = (why: string): Quarantine => ({
  kind: 'held',
  note: together(say('Nothing could be quarantined: {0}', why), say('So the model waits for a person.')),
});

/**
 * Looks for rows without which the changes are not suspect: the dearest group of suspects, then what is the dearest without it, and so
 * on. Writes one exclusion when it has found them, and nothing where there are none. `plain`: with the store as it is. `begin`: the run
 * without these rows too.
 */
export async function quarantine(
  training: Training,
  plain: Workbench,
  first: BegunRun,
  begin: (besides: readonly ExcludedRow[]) => Promise<BegunRun>,
  signal: AbortSignal,
): Promise<Quarantine> {
  const rows: ExcludedRow[] = [];
  const groups: SuspectGroup[] = [];
  for (let begun = first; ; begun = await begin(rows)) {
    const { workbench, start } = begun;
    const result = await judgeChanges(training, workbench, start, signal);
    if (result?.data.verdict !== 'suspect') break;
    const next = result.suspects.groups.find(({ change, hashes }) => change !== 'removed' && hashes.length > 0);
    if (!next || groups.length === mostGroups || !start.base)
      return held(
        next
          ? say('without the {0} dearest groups the changes are still suspect.', mostGroups)
          : say('no group of rows that are there makes the changes suspect.'),
      );
    const places = { store: workbench.store, training, from: start.base.name, to: start.snapshot.name };
    const found = await rowsOfHashes(places, new Set(next.hashes.map(ownHash)), signal);
    if (found.length === 0) return held(say('its rows were not found again.'));
    for (const row of found) rows.push(row);
    groups.push(next);
    const why = await fault(() => requireFew(training, plain, rows.length, null));
    if (why !== null) return held(why);
  }
  if (rows.length === 0) return { kind: 'none' };
  return keep(training, plain, first.start, rows, groups);
}

/**
 * Takes a quarantine back whose run came to no model: `error` is why. What was held for its rows is held again. Not where that is
 * uncertain, as a model may stand that was trained without the rows.
 */
export async function takeBack(
  { registry }: Pick<Workbench, 'registry'>,
  training: Training,
  { id }: Quarantined,
  error: unknown,
): Promise<void> {
  if (mayHaveRun(error)) return;
  // The first failure is the one to be told.
  await lift(registry, training, id, true).catch(() => undefined);
}

/** Why something is refused; null where it is not. */
const fault = (work: () => Promise<void>): Promise<string | null> =>
  work().then(
    () => null,
    (error: unknown) => {
      if (!Failure.is(error, 'run.refused')) throw error;
      return error.data.why;
    },
  );

async function keep(
  training: Training,
  workbench: Workbench,
  start: Start,
  rows: readonly ExcludedRow[],
  groups: readonly SuspectGroup[],
): Promise<Quarantine> {
  const names = start.parent ? judgementNames({ parent: start.parent.number, plan: start.parent.plan }) : null;
  const sentences = names ? groups.map((group) => suspectText(group, names)) : [];
  const reason = say('quarantined: {0}', sentences.join(' · '));
  // The run's own snapshot may go with it: the rows are told by what they hold.
  const snapshot: Exclusion['snapshot'] = {
    name: 'live',
    createdAt: '',
    tableId: (await workbench.store.table(training.table)).id,
  };
  const found = { rows, snapshot, group: null, reason };
  try {
    const { id } = await keepExclusion(training, found, workbench, { note: '', where: null });
    const note = say(
      'Quarantined, and left out until they change: {0} ({1}). deltatrain model exclusions {2} --rows {1} lists them, --lift {1} takes it back.',
      rowsText(rows.length),
      id,
      training.name,
    );
    return { kind: 'kept', quarantined: { id, rows: rows.length, groups: sentences }, note };
  } catch (error) {
    if (!Failure.is(error, 'run.refused')) throw error;
    return held(error.data.why);
  }
}
