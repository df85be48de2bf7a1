/** What a restore would do and what it costs, as sentences. */
import { countsOf } from '../../app/versions/restorePreview.ts';
import { changedRows } from '../../data/change.ts';
import type { RestorePreview } from '../../data/store.ts';
import { tableText } from '../../data/table.ts';
import type { Action } from './tell.ts';
import { say } from '../../base/say.ts';
import { countText, deltaText } from '../../words/numbers.ts';

/** What a restore would do, as the sentences above the button that does it. */
export function previewText(preview: RestorePreview): string {
  const counts = countsOf(preview);
  const parts = [
    say('Restoring to {0} changes {1} rows ({2}).', preview.to, countText(changedRows(counts)), deltaText(counts)),
    preview.dropped.length > 0 && say('Dropped: {0}.', preview.dropped.map(tableText).join(', ')),
    preview.revived.length > 0 && say('Back again: {0}.', preview.revived.map(tableText).join(', ')),
    preview.reshaped.length > 0 &&
      say('Columns put back to what they were: {0}.', preview.reshaped.map(tableText).join(', ')),
  ];
  return parts.filter((part) => part !== false).join(' ');
}

/** What a person must have read before saying yes, a line each. */
export const costLines = ({ warnings, lostGrants }: RestorePreview): string[] => [
  ...warnings,
  ...(lostGrants.length > 0 ? [say('These give the rights back, and are offered afterwards:'), ...lostGrants] : []),
];

/** For after the restore; none where no right was lost. */
export const grantsAction = ({ lostGrants }: RestorePreview, connection: string): Action[] =>
  lostGrants.length === 0
    ? []
    : [
        {
          title: say('Open GRANT Statements'),
          command: 'deltatrain.snapshot.openGrants',
          arguments: [{ connection, statements: lostGrants }],
        },
      ];
