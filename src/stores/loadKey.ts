/** Which columns tell the rows of a load apart: the same for every store. */
import { say } from '../base/say.ts';
import { Failure } from '../base/failure.ts';
import type { LoadRequest } from '../data/store.ts';
import { tableText } from '../data/table.ts';

/** `known`: the primary key of the table, empty when it has none or is new. Fails with `table.noKey` and `store.unsupported`. */
export function loadKey({ key, mode, table }: LoadRequest, known: readonly string[]): readonly string[] {
  if (key.length === 0 && known.length === 0 && mode === 'sync')
    throw new Failure('table.noKey', { table: tableText(table) });
  if (known.length === 0) return key;
  if (key.length > 0 && (key.length !== known.length || !key.every((name) => known.includes(name))))
    throw new Failure('store.unsupported', {
      what: say('The key of {0} is ({1}), not ({2}).', tableText(table), known.join(', '), key.join(', ')),
      hint: say('Leave the key out, or import into another table.'),
    });
  return known;
}
