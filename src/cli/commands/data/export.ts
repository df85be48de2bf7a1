/** `export`: a table, live or at a snapshot, to a file. */
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
  summary: 'Export a table, live or at a snapshot',
  options: {
    at: { type: 'string', value: 'SNAPSHOT', about: 'As it was at this snapshot; without it as it is now' },
    out: { type: 'string', value: 'FILE', about: 'The file to write; its name says the format' },
    'guard-cells': guardOption,
  },
  takes: [1, 1],
  async run(invocation) {
    const { output, positionals, cwd, signal } = invocation;
    const table = readTable(positionals[0], 'The table');
    const version = readVersion(invocation.option('at'));
    const out = invocation.option('out');
    if (out === undefined) throw new Failure('usage.wrong', { message: '--out is missing: name the file to write.' });
    const file = path.resolve(cwd, out);
    const guardCells = wantsGuard(invocation, file);
    const { engine } = await invocation.open();
    const { rows } = await drain(
      engine.stream('table/export', { table, at: version, file, guardCells }, signal),
      (done) => output.progress(`${countText(done.rows)} rows written`),
    );
    output.progress('');
    output.document(
      { table: tableText(table), at: versionText(version), rows, file },
      () => `${tableText(table)} (${versionText(version)}): ${countText(rows)} rows written to ${file}.`,
    );
    return 0;
  },
};
