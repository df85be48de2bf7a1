/** A store that is not there yet, built from the files that its folder's deltatrain.json names. */
import { basename } from 'node:path';
import { type Source, sourcesOf } from '../../../app/config/sources.ts';
import { type BuiltTable, setUpTables } from '../../../app/sources/setUp.ts';
import { isFile } from '../../../data/place.ts';
import { tableText } from '../../../data/table.ts';
import { say } from '../../../base/say.ts';
import { sourceFiles } from '../../../host/sourceFiles.ts';
import { draftStore } from '../../../host/storeDraft.ts';
import { countText, rowsText } from '../../../words/numbers.ts';
import type { Home } from '../../connections/homes.ts';
import { isSameHome } from '../../connections/newStore.ts';
import type { Shell } from '../shell.ts';

/** What the file of a home names for a connection of its own. */
export async function sourcesIn({ connections }: Shell, home: Home, id: string): Promise<Source[]> {
  const { name } = await connections.find(id);
  const read = (await connections.homes.read()).find((one) => isSameHome(one, home));
  return read ? sourcesOf(read.config).filter(({ connection }) => connection === name) : [];
}

/** False: it is to be made empty. */
export const wantsSources = ({ ask }: Shell, store: string, sources: readonly Source[]): Promise<boolean> =>
  ask.pick(say('There is no store at {0} yet', basename(store)), [
    {
      label: say('Build it from its files'),
      value: true,
      detail: say(
        'deltatrain.json names them: {0}.',
        sources.map(({ table, files }) => `${tableText(table)} (${files.join(', ')})`).join('; '),
      ),
      icon: 'database',
    },
    { label: say('Make it empty'), value: false, icon: 'new-file' },
  ]);

/** Beside its place, and put there when it is whole. */
export async function buildStore({ connections, tell }: Shell, id: string, sources: readonly Source[]): Promise<void> {
  const connection = await connections.find(id);
  const { place, home } = connection;
  if (!isFile(place) || !home) throw new Error('Broken invariant: files of a folder build a file');
  const found = sources.map((source) => ({ ...source, found: sourceFiles(home.uri.fsPath, source.files) }));
  const tables = await tell.during(say('Building {0}', id), async (signal, report) => {
    const draft = draftStore(place.path);
    try {
      const session = await connections.opener.draft(connection, draft.path, signal);
      const onRows = (table: string, rows: number): void => report(say('{0}: {1} rows', table, countText(rows)));
      const made: BuiltTable[] = [];
      try {
        made.push(...(await setUpTables(session, found, basename, onRows, signal)));
      } finally {
        await session.end();
      }
      draft.keep();
      return made;
    } finally {
      draft.drop();
    }
  });
  const said = tables.map(({ table, rows, notes }) => [`${table}: ${rowsText(rows ?? 0)}.`, ...notes].join(' '));
  tell.say('info', say('{0} was built. {1}', id, said.join(' ')));
}
