/** *Clean Up…*: the snapshots of a connection that nothing needs any more, shown, chosen, and deleted. */
import {
  cleanUp as deleteAll,
  planCleanUp,
  snapshotsOfDecisions,
  usualRetention,
} from '../../app/versions/retention.ts';
import { say } from '../../base/say.ts';
import { modelText } from '../../data/model.ts';
import { millisecondsOf, type Snapshot, snapshotPlace } from '../../data/version.ts';
import { countText } from '../../words/numbers.ts';
import { ageText } from '../../words/times.ts';
import { requireConsent } from '../talk/consent.ts';
import type { Target } from '../tree/target.ts';
import type { Shell } from './shell.ts';

const day = 24 * 60 * 60 * 1000;

/** Deletes what was left ticked, after a yes; what a promoted model needs is never offered. Answers with the names. */
export async function cleanUp(shell: Shell, target: Target): Promise<readonly string[]> {
  const { ask, connections, pick, tell } = shell;
  const session = await pick.session(target, say('Clean up which connection?'));
  const registries = (await shell.trainings.withModels(session)).map(({ registry }) => registry);
  const now = Date.now();
  const facts = {
    snapshots: await session.store.snapshots(),
    models: (await Promise.all(registries.map((registry) => registry.heads()))).flat(),
    ofRuns: (await Promise.all(registries.map((registry) => registry.snapshotsOfRuns()))).flat(),
    ofDecisions: await snapshotsOfDecisions(registries),
    now,
  };
  const last = countText(usualRetention.last);
  const ageMs = await ask.pick(say('Clean up what no model needs and is not among the newest {0} of its table', last), [
    { label: say('Older than {0} days', usualRetention.ageMs / day), value: usualRetention.ageMs },
    { label: say('Older than {0} days', 7), value: 7 * day },
    { label: say('Of any age'), value: 0 },
  ]);
  const plan = planCleanUp(facts, { ...usualRetention, ageMs });
  if (plan.remove.length === 0) {
    tell.say(
      'info',
      say(
        'There is nothing to clean up: every snapshot is needed by a model, among the newest {0} of its table, or not that old.',
        last,
      ),
    );
    return [];
  }
  const remove = await ask.pickMany<Snapshot>(
    say('Delete which snapshots? {0} others stay: models need them, or they are new', countText(plan.keep.length)),
    plan.remove.map((snapshot) => ({
      label: snapshot.name,
      value: snapshot,
      description: `${snapshotPlace(snapshot)} · ${ageText(millisecondsOf(snapshot.createdAt), now)}`,
    })),
    plan.remove,
  );
  if (remove.length === 0) return [];
  await requireConsent(ask, {
    environment: session.connection.config.environment,
    name: session.connection.name,
    question:
      remove.length === 1
        ? say('Delete the snapshot {0}?', remove[0]?.name ?? '')
        : say('Delete {0} snapshots?', countText(remove.length)),
    detail: say('Data that only they can read are gone for good.'),
    lines:
      plan.losing.length === 0
        ? []
        : [
            say(
              '{0} predict as before, and can no longer be reproduced or compared.',
              plan.losing.map(modelText).join(', '),
            ),
          ],
    yes: say('Delete'),
  });
  const { removed, failure } = await tell.during(say('Deleting snapshots'), (signal) =>
    deleteAll(session.store, { remove }, () => undefined, signal),
  );
  connections.noticeChange(session.connection.id);
  for (const name of removed) tell.log('info', say('deleted the snapshot {0}', name));
  if (failure) {
    if (removed.length > 0)
      tell.say('info', say('{0} of {1} snapshots were deleted.', countText(removed.length), countText(remove.length)));
    throw failure;
  }
  tell.say(
    'info',
    removed.length === 1
      ? say('The snapshot {0} is deleted.', removed[0] ?? '')
      : say('{0} snapshots are deleted.', countText(removed.length)),
  );
  return removed;
}
