/** `export`: a table, live or at a snapshot, to a file. */
import { later, say } from '../../../base/say.ts';
import path from 'node:path';
import { Failure } from '../../../base/failure.ts';
import { tableText } from '../../../data/table.ts';
import { versionText } from '../../../data/version.ts';
import type { Command } from '../command.ts';
import { drain } from '../../terminal/drain.ts';
import { guardOption, wantsGuard } from './guardCells.ts';
import { readTable, readVersion } from '../tableOption.ts';
import { countText } from '../../../words/numbers.ts';

/** `deltatrain export`: writes a file that is there whole, or not at all. */
export const exportCommand: Command = {
  name: 'export',
  usage: 'db.t [--at SNAPSHOT] --out FILE.csv|.jsonl|.parquet [--guard-cells]',
  summary: later('Export a table, live or at a snapshot'),
  options: {
    at: { type: 'string', value: 'SNAPSHOT', about: later('As it was at this snapshot; without it as it is now') },
    out: { type: 'string', value: 'FILE', about: later('The file to write; its name says the format') },
    'guard-cells': guardOption,
  },
  takes: [1, 1],
  async run(invocation) {
    const { output, positionals, cwd, signal } = invocation;
    const table = readTable(positionals[0], say('The table'));
    const version = readVersion(invocation.option('at'));
    const out = invocation.option('out');
    if (out === undefined) throw new Failure('usage.wrong', { message: '--out is missing: name the file to write.' });
    const file = path.resolve(cwd, out);
    const guardCells = wantsGuard(invocation, file);
    const { engine } = await invocation.open();
    const { rows } = await drain(
      engine.stream('table/export', { table, at: version, file, guardCells }, signal),
      (done) => output.progress(say('{0} rows written', countText(done.rows))),
    );
    output.progress('');
    output.document({ table: tableText(table), at: versionText(version), rows, file }, () =>
      say('{0} ({1}): {2} rows written to {3}.', tableText(table), versionText(version), countText(rows), file),
    );
    return 0;
  },
};
