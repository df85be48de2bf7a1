/** `recover`: the backup in the place of a store that is damaged; without `--yes` only what both hold. */
import { isFile } from '../../../data/place.ts';
import { Failure } from '../../../base/failure.ts';
import type { StoreRecovery } from '../../../data/store.ts';
import { later, say, together } from '../../../base/say.ts';
import { rowsText } from '../../../words/numbers.ts';
import { ageText } from '../../../words/times.ts';
import type { Command } from '../command.ts';
import { confirmedName, confirmOption, requireConsent, requireSameName } from '../confirm.ts';

/** How old a file is; its age in seconds, null where it is not there. */
const oldText = (seconds: number | null): string => (seconds === null ? say('not there') : ageText(0, seconds * 1000));

const countedText = (rows: number | null): string => (rows === null ? say('cannot be read') : rowsText(rows));

function told(path: string, { file, rows, age, swapped, kept }: StoreRecovery): string {
  const both = [
    `backup  ${file}: ${oldText(age.backup)}, ${countedText(rows.backup)}, ${say('checked')}`,
    `store   ${kept ?? path}: ${oldText(age.store)}${age.store === null ? '' : `, ${countedText(rows.store)}`}`,
  ];
  const end = swapped
    ? together(
        say('{0} is the backup now.', path),
        kept !== null && say('The file that was there is kept as {0}.', kept),
      )
    : null;
  return [...both, ...(end === null ? [] : [end])].join('\n');
}

/** `deltatrain recover`: checks the backup, shows both, and with `--yes` swaps them in one step. */
export const recoverCommand: Command = {
  name: 'recover',
  usage: '[--yes] [--confirm CONNECTION]',
  summary: later('Put the checked backup in the place of a damaged store; without --yes only show both'),
  options: {
    yes: { type: 'boolean', about: later('Do it; the file that it replaces is kept') },
    confirm: confirmOption('CONNECTION'),
  },
  takes: [0, 0],
  async run(invocation) {
    const { output, signal } = invocation;
    const { found, engine } = invocation.unopened();
    const { place, name, environment, readOnly } = found;
    if (!isFile(place))
      throw new Failure('store.unsupported', {
        what: say('A server keeps no backup file beside it.'),
        hint: say('Use a snapshot or a recovery window (PITR).'),
      });
    const confirmed = confirmedName(invocation);
    requireSameName(confirmed, say('Recovering {0}', name), name);
    const swap = invocation.has('yes') || confirmed !== undefined;
    if (swap) {
      if (readOnly) throw new Failure('store.readOnly', { store: place.path });
      requireConsent(environment, confirmed, say('Recovering {0}', name), name);
    }
    const recovery = await engine.call('store/recover', { kind: place.kind, path: place.path, swap }, signal);
    output.document(recovery, () => told(place.path, recovery));
    if (swap) return 0;
    output.error(
      say(
        'Nothing was changed. Add {0} to put the backup in the place of the store; the file that is there now is kept.',
        environment === 'production' ? `--confirm ${name}` : '--yes',
      ),
    );
    return 2;
  },
};
