/** `recover`: the backup in the place of a store that is damaged; without `--yes` only what both hold. */
import { Failure } from '../../../base/failure.ts';
import type { StoreRecovery } from '../../../data/store.ts';
import { countText } from '../../../words/numbers.ts';
import type { Command } from '../command.ts';
import { confirmedName, confirmOption, requireConsent, requireSameName } from '../confirm.ts';

function ageText(seconds: number | null): string {
  if (seconds === null) return 'not there';
  const [size, unit] = (
    [
      [86_400, 'day'],
      [3600, 'hour'],
      [60, 'minute'],
    ] as const
  ).find(([one]) => seconds >= one) ?? [1, 'second'];
  const count = Math.floor(seconds / size);
  return `${countText(count)} ${unit}${count === 1 ? '' : 's'} old`;
}

const rowsText = (rows: number | null): string =>
  rows === null ? 'cannot be read' : `${countText(rows)} ${rows === 1 ? 'row' : 'rows'}`;

function told(path: string, { file, rows, age, swapped, kept }: StoreRecovery): string {
  const both = [
    `backup  ${file}: ${ageText(age.backup)}, ${rowsText(rows.backup)}, checked`,
    `store   ${kept ?? path}: ${ageText(age.store)}${age.store === null ? '' : `, ${rowsText(rows.store)}`}`,
  ];
  const end = swapped
    ? `${path} is the backup now.${kept === null ? '' : ` The file that was there is kept as ${kept}.`}`
    : 'Nothing was changed. Add --yes to put the backup in the place of the store; the file that is there now is kept.';
  return [...both, end].join('\n');
}

/** `deltatrain recover`: checks the backup, shows both, and with `--yes` swaps them in one step. */
export const recoverCommand: Command = {
  name: 'recover',
  usage: '[--yes] [--confirm CONNECTION]',
  summary: 'Put the checked backup in the place of a damaged store; without --yes only show both',
  options: {
    yes: { type: 'boolean', about: 'Do it; the file that it replaces is kept' },
    confirm: confirmOption('CONNECTION'),
  },
  takes: [0, 0],
  async run(invocation) {
    const { output, signal } = invocation;
    const { found, engine } = invocation.unopened();
    const { place, name, environment, readOnly } = found;
    if (place.kind !== 'embedded')
      throw new Failure('store.unsupported', {
        what: 'A server keeps no backup file beside it.',
        hint: 'Use a snapshot or a recovery window (PITR).',
      });
    const confirmed = confirmedName(invocation);
    requireSameName(confirmed, `Recovering ${name}`, name);
    const swap = invocation.has('yes') || confirmed !== undefined;
    if (swap) {
      if (readOnly) throw new Failure('store.readOnly', { store: place.path });
      requireConsent(environment, confirmed, `Recovering ${name}`, name);
    }
    const recovery = await engine.call('store/recover', { path: place.path, swap }, signal);
    output.document(recovery, () => told(place.path, recovery));
    return 0;
  },
};
