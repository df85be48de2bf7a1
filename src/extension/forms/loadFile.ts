/** A file loaded into a table, with the questions that this may need. */
import { basename } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { type TableName, tableText } from '../../data/table.ts';
import type { ImportRequest, ImportResult } from '../../protocol/engine.ts';
import { countText } from '../../words/numbers.ts';
import type { Session } from '../connections/session.ts';
import type { Ask } from '../talk/ask.ts';
import { requireConsent } from '../talk/consent.ts';

/** Answers what was loaded; nothing is written when any row cannot be. Many deletes are asked about first. */
export async function loadFile(
  ask: Ask,
  session: Session,
  request: ImportRequest,
  signal: AbortSignal,
  report: (sentence: string) => void,
): Promise<ImportResult> {
  const run = async (one: ImportRequest): Promise<ImportResult> => {
    report(say('Importing {0}', basename(one.file)));
    const items = session.engine.stream('table/import', one, signal);
    for (;;) {
      const step = await items.next();
      if (step.done) return step.value;
      report(say('Importing {0}: {1} rows', basename(one.file), countText(step.value.rows)));
    }
  };
  try {
    return await run(request);
  } catch (error) {
    if (Failure.is(error, 'file.otherColumns')) {
      const reading = { ...request.reading, ...(await askColumns(ask, error)) };
      return loadFile(ask, session, { ...request, reading }, signal, report);
    }
    if (!Failure.is(error, 'load.tooManyDeletes')) throw error;
    const { deleted, rows, table } = error.data;
    await requireConsent(ask, {
      environment: session.connection.config.environment,
      name: table,
      question: say('Delete {0} of {1} rows of {2}?', countText(deleted), countText(rows), table),
      detail: say('They are not in the file.'),
      yes: say('Delete'),
    });
    return run({ ...request, maxDeletes: null });
  }
}

/** What becomes of columns that only one of file and table has. */
async function askColumns(
  ask: Ask,
  { data: { table, missing, unknown } }: Failure<'file.otherColumns'>,
): Promise<NonNullable<ImportRequest['reading']>> {
  const stay = missing.length > 0 ? [say('{0} stays as it is (NULL in new rows).', missing.join(', '))] : [];
  const leave = {
    label: say('Leave them as they are'),
    value: { leaveColumns: true },
    detail: [...stay, ...(unknown.length > 0 ? [say('{0} is not read.', unknown.join(', '))] : [])].join(' '),
    icon: 'circle-slash',
  };
  const add = {
    label: say('Add the new ones to the table'),
    value: { addColumns: true, leaveColumns: missing.length > 0 },
    detail: [say('{0} is added.', unknown.join(', ')), ...stay].join(' '),
    icon: 'add',
  };
  return ask.pick(say('The file has other columns than {0}', table), unknown.length > 0 ? [add, leave] : [leave]);
}

/** What one table is called in a question. */
export const importQuestion = (file: string, table: TableName): string =>
  say('Import {0} into {1}?', basename(file), tableText(table));
