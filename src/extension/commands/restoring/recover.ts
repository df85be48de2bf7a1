/** The command that puts the backup of a store in its place. */
import { isFile } from '../../../data/place.ts';
import type { StoreRecovery } from '../../../data/store.ts';
import { requireOnProduction } from '../../talk/consent.ts';
import { closeIdle } from '../connection.ts';
import type { Shell } from '../shell.ts';
import type { Target } from '../../tree/target.ts';
import { say } from '../../../base/say.ts';
import { countText } from '../../../words/numbers.ts';

function ageText(seconds: number | null): string {
  if (seconds === null) return say('not there');
  const hours = Math.floor(seconds / 3600);
  return hours < 48
    ? say('{0} h {1} min old', countText(hours), countText(Math.floor((seconds % 3600) / 60)))
    : say('{0} days old', countText(Math.floor(hours / 24)));
}

/** Puts the checked backup in the place of a store, after showing both; the file that it replaces is kept. */
export async function recoverFromBackup(shell: Shell, target: Target): Promise<StoreRecovery> {
  const { ask, connections, pick, tell } = shell;
  const files = (await connections.list()).filter(({ place }) => isFile(place)).map(({ id }) => id);
  const id = await pick.connectionId(target, say('Recover which store?'), (one) => files.includes(one));
  const { opener } = connections;
  const connection = await connections.find(id);
  const title = say('Checking the backup of {0}', id);
  const found = await tell.during(title, (signal) => opener.recover(connection, false, signal));
  const rowsOf = (rows: number | null): string =>
    rows === null ? say('its rows cannot be read') : say('{0} rows', countText(rows));
  await ask.confirm(
    say('Put the backup in the place of {0}?', id),
    say(
      'The backup is {0}, {1}. The store is {2}, {3}. The file that is there now is kept beside it.',
      ageText(found.age.backup),
      rowsOf(found.rows.backup),
      ageText(found.age.store),
      rowsOf(found.rows.store),
    ),
    say('Recover'),
  );
  await requireOnProduction(ask, {
    environment: connection.config.environment,
    name: id,
    question: say('Put the backup in the place of {0}?', id),
    detail: say('Other programs wait meanwhile.'),
    yes: say('Recover'),
  });
  await closeIdle(shell, id, say('Recovering {0}', id));
  const done = await tell.during(say('Recovering {0}', id), (signal) => opener.recover(connection, true, signal));
  await connections.session(id);
  tell.say('info', say('{0} is its backup now. The file that was there is kept as {1}.', id, done.kept ?? ''));
  return done;
}
