/** The command Predict…: a model's answers for a file or for its table at a version, written to a file. */
import { basename, extname } from 'node:path';
import * as vscode from 'vscode';
import { type AskedRows, predict, type Predicted, type PredictRequest } from '../../../app/models/predict.ts';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { type Model, modelText } from '../../../data/model.ts';
import { parseTableName } from '../../../data/table.ts';
import { atSnapshot, live, versionText } from '../../../data/version.ts';
import { countText } from '../../../words/numbers.ts';
import type { Session } from '../../connections/session.ts';
import { forkTrainer } from '../../runs/trainerProcess.ts';
import type { Choice } from '../../talk/ask.ts';
import { setting } from '../../talk/settings.ts';
import type { Target } from '../../tree/target.ts';
import type { Shell } from '../shell.ts';

const nearFolder = (): vscode.Uri | undefined => vscode.workspace.workspaceFolders?.[0]?.uri;

const rowFiles = () => ({ [say('Tables')]: ['csv', 'tsv', 'jsonl', 'ndjson', 'parquet', 'parq', 'gz'] });

/** Its table as it is now or at a snapshot, or a file that is chosen next. */
async function askRows({ ask, pick }: Shell, session: Session, model: Model): Promise<AskedRows> {
  const table = parseTableName(model.table);
  const chooseFile: Choice<null> = { label: say('A file…'), value: null, icon: 'file' };
  const versions = table ? await pick.snapshots({ session, table }) : [];
  const chosen = await ask.pick(say('Answers of {0} for which rows?', modelText(model)), [
    chooseFile,
    ...(table ? [live, ...versions.map(({ name }) => atSnapshot(name))] : []).map((version) => ({
      label: say('{0}: {1}', model.table, versionText(version)),
      value: version,
      icon: version.kind === 'live' ? 'table' : 'tag',
    })),
  ]);
  if (chosen && table) return { kind: 'table', store: session.store, table, at: chosen };
  const title = say('Answers of {0} for the rows of which file?', modelText(model));
  const uri = await ask.fileToRead({ title, button: say('Choose'), filters: rowFiles(), near: nearFolder() });
  return { kind: 'file', file: uri.fsPath };
}

const nameOf = (rows: AskedRows): string =>
  rows.kind === 'file'
    ? basename(rows.file.replace(/\.gz$/i, ''), extname(rows.file.replace(/\.gz$/i, '')))
    : rows.at.kind === 'live'
      ? rows.table.table
      : rows.at.name;

/** From a model of the tree or a file of the Explorer; what is missing is asked for. Answers the file that was written. */
export async function predictRows(
  shell: Shell,
  target: Target,
  first?: unknown,
): Promise<{ readonly file: string; readonly rows: number }> {
  const { ask, extensionUri, pick, tell } = shell;
  const given = first instanceof vscode.Uri ? first.fsPath : null;
  const { session, model: head } = await pick.model(target, say('Answers of which model?'));
  const model = await session.registry.byNumber(head.trainingId, head.number, head.training);
  const rows: AskedRows = given === null ? await askRows(shell, session, model) : { kind: 'file', file: given };
  const uri = await ask.fileToWrite({
    title: say('Answers of {0}', modelText(model)),
    button: say('Predict'),
    filters: { CSV: ['csv'], JSONL: ['jsonl'], Parquet: ['parquet'] },
    near: nearFolder(),
    name: `${nameOf(rows)}_${model.training}_m${model.number}.csv`,
  });
  const training = await session.registry.training(model);
  const request: PredictRequest = {
    ...{ model, rows, keep: null, fillMissing: false, file: uri.fsPath },
    artifact: await session.registry.artifact(model),
    key: training?.key ?? [],
    guardCells: setting('export.guardCells') === true && /\.(?:csv|tsv)$/i.test(uri.fsPath),
  };
  const place = forkTrainer(extensionUri, model.training, { tell, homes: shell.connections.homes });
  const run = (asked: PredictRequest): Promise<Predicted> =>
    tell.during(say('{0} answers', modelText(model)), (signal, report) =>
      predict(asked, { trainer: place.trainer, engine: session.engine }, signal, (count) =>
        report(say('{0} rows', countText(count))),
      ),
    );
  try {
    const done = await run(request).catch(async (error: unknown) => {
      if (!Failure.is(error, 'predict.missing') || error.data.all) throw error;
      const names = error.data.columns.join(', ');
      await ask.confirm(
        say('Answer without {0}?', names),
        say('{0} was trained on what is missing here. It then counts as missing in every row.', modelText(model)),
        say('Answer Without'),
      );
      return run({ ...request, fillMissing: true });
    });
    const said = say(
      '{0} (trained on {1}) answered for {2} rows: {3}.',
      modelText(model),
      model.snapshot.name,
      countText(done.rows),
      basename(uri.fsPath),
    );
    tell.say(done.notes.length > 0 ? 'warning' : 'info', [said, ...done.notes].join(' '), {
      title: say('Open File'),
      command: 'vscode.open',
      arguments: [uri],
    });
    return { file: uri.fsPath, rows: done.rows };
  } finally {
    place.end();
  }
}
