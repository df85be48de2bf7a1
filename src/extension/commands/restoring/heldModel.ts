/** The ways out of a held model: its data are right, they are taken back, or the model is made again without them. */
import { exclude } from '../../../app/training/exclusions/exclude.ts';
import { groupCondition } from '../../../app/versions/partial/groupCondition.ts';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { type Model, type ModelHead, modelText } from '../../../data/model.ts';
import { parseTableName, type TableName } from '../../../data/table.ts';
import type { RestoreOutcome } from '../../../protocol/panel.ts';
import { groupText } from '../../../words/judgement.ts';
import { rowsText } from '../../../words/numbers.ts';
import { judgementNames } from '../../../words/outcomeText.ts';
import { reasonSentence } from '../../../words/reasons.ts';
import type { Session } from '../../connections/session.ts';
import { requireConsent } from '../../talk/consent.ts';
import type { Target } from '../../tree/target.ts';
import type { Shell } from '../shell.ts';
import { restore } from '../snapshot.ts';
import { revertOnlyThese } from './restoreRows.ts';

/** Reasons that the question shows, the strongest first. */
const shownReasons = 5;

const refused = (model: ModelHead, why: string): Failure => new Failure('run.refused', { what: modelText(model), why });

/** The model with its judgement; refused where nobody holds it. */
async function heldModel({ pick }: Shell, target: Target, title: string): Promise<{ session: Session; model: Model }> {
  const { session, model: head } = await pick.model(target, title);
  const model = await session.registry.byNumber(head.trainingId, head.number, head.training);
  if (model.status !== 'held') throw refused(model, say('it is not held, so there is nothing to decide.'));
  return { session, model };
}

function tableOf(model: ModelHead): TableName {
  const table = parseTableName(model.table);
  if (!table) throw new Error('Broken invariant: a model without a table');
  return table;
}

/** The snapshot that the model's data were held against. */
async function baseOf({ registry }: Session, model: Model): Promise<string> {
  if (model.base) return model.base.name;
  if (model.parent === null) throw refused(model, say('there is no earlier model whose data could come back.'));
  return (await registry.byNumber(model.trainingId, model.parent, model.training)).snapshot.name;
}

/** *Approve: These Changes Are Right*. `seen`: the hash of the reasons that were shown; without it those that are kept are shown first. */
export async function approve(shell: Shell, target: Target, seen?: string): Promise<void> {
  const { ask, connections, tell } = shell;
  const { session, model } = await heldModel(shell, target, say('Approve the data of which model?'));
  const hash = seen ?? model.judgement?.data.hash;
  if (!hash) throw refused(model, say('no reasons are kept with it that could be approved.'));
  const name = modelText(model);
  const names = judgementNames(model);
  await requireConsent(ask, {
    environment: session.connection.config.environment,
    name: model.table,
    question: say('Are the changes that {0} was trained on right?', name),
    detail: say(
      'It becomes a candidate, and the lineage goes on from it. Changes of the same kind and size are not asked about for five rounds.',
    ),
    lines: (model.judgement?.data.reasons ?? []).slice(0, shownReasons).map((one) => reasonSentence(one, names)),
    yes: say('Approve'),
  });
  const note = await ask.text({
    title: say('Why are they right? (kept with the approval; may be left empty)'),
    value: '',
  });
  const { archived } = await session.registry.approve(model, hash, note);
  connections.noticeChange(session.connection.id);
  const older = archived.map((number) => `m${number}`).join(', ');
  tell.say(
    'info',
    archived.length === 0
      ? say('{0} is a candidate: its data were approved.', name)
      : say('{0} is a candidate: its data were approved. {1} is archived, which it replaces.', name, older),
  );
}

/** *Revert…*: the whole delta, or with `group` (its place among the suspects) only these rows and columns. */
export async function revert(shell: Shell, target: Target, group: number | null): Promise<RestoreOutcome | null> {
  const { session, model } = await heldModel(shell, target, say('Revert the data of which model?'));
  const table = tableOf(model);
  const to = await baseOf(session, model);
  const place = { connection: session.connection.id, table, snapshot: to };
  if (group === null) return restore(shell, place);
  const suspects = model.judgement?.groups[group];
  if (!suspects) throw refused(model, say('there is no such group of suspects.'));
  const condition = groupCondition(suspects, model.plan.label, await session.store.table(table));
  const { rowsChanged } = await revertOnlyThese(shell, place, condition);
  // Undone by its own command, which the message offers: a restore of the safety snapshot would take others' rows back too.
  return { to, rowsChanged, safetySnapshot: null, verified: true };
}

/** *Train Without Them*: leaves a group out until its rows change, and trains on. */
export async function trainWithout(shell: Shell, target: Target, group?: number): Promise<{ readonly run: number }> {
  const { ask, runs, trainings } = shell;
  const { session, model } = await heldModel(shell, target, say('Train without the suspects of which model?'));
  const groups = model.judgement?.groups ?? [];
  if (groups.length === 0)
    throw refused(model, say('no group of its rows stands out. Revert its data, or approve them.'));
  const names = judgementNames(model);
  const place =
    group ??
    (await ask.pick(
      say('Leave which rows out?'),
      groups.map((one, value) => ({ label: groupText(one, names), value })),
    ));
  const chosen = groups[place];
  if (!chosen) throw refused(model, say('there is no such group of suspects.'));
  await requireConsent(ask, {
    environment: session.connection.config.environment,
    name: model.table,
    question: say('Train {0} without them?', model.training),
    detail: say(
      '{0} ({1}) stay in the table and are left out of every run until they change or you take that back.',
      rowsText(chosen.rows),
      groupText(chosen, names),
    ),
    yes: say('Train Without Them'),
  });
  const open = await trainings.openOf(session, model);
  await exclude(
    { training: open.training, without: { group: place + 1 }, snapshot: null, note: '' },
    { store: session.store, registry: open.registry.registry },
  );
  return { run: (await runs.start(open, 'delta')).id };
}
