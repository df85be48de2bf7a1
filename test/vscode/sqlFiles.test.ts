// SQL files and deltatrain.json in the editor: lenses, problems, and other people's SQL left alone.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api, fileIn, folder, labelsOf, run, until } from './shell.ts';

const lensesOf = async (uri: vscode.Uri): Promise<string[]> =>
  (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri)).map(
    ({ command }) => command?.title ?? '',
  );

describe('SQL files', () => {
  it('have lenses over the statements of the story', async () => {
    const uri = vscode.Uri.joinPath(folder(), 'story.sql');
    await vscode.window.showTextDocument(uri);
    const titles = await until(async () => {
      const found = await lensesOf(uri);
      return found.some((title) => title.startsWith('exists')) ? found : undefined;
    });
    for (const wanted of ['Run on local', 'Train on this delta', 'Preview…', 'Restore…'])
      assert.ok(titles.includes(wanted), `${wanted} in ${titles.join(' | ')}`);
  });

  it('call a snapshot that does not exist by its name', async () => {
    const uri = await fileIn('unknown.sql', "SELECT * FROM noaa.weather {SNAPSHOT = 'weather_v77'};\n");
    await vscode.window.showTextDocument(uri);
    const problem = await until(() =>
      vscode.languages.getDiagnostics(uri).find(({ message }) => message.includes('weather_v77')),
    );
    assert.equal(problem.range.start.line, 0);
  });

  it('show the rows of a statement at the cursor', async () => {
    const uri = await fileIn('rows.sql', "SELECT COUNT(*) AS n FROM noaa.weather {SNAPSHOT = 'weather_v1'};\n");
    const editor = await vscode.window.showTextDocument(uri);
    editor.selection = new vscode.Selection(0, 3, 0, 3);
    const [result] = await run<{ state: string; shape: string; spool: { rows: number } | null }[]>('sql.runStatement');
    assert.equal(result?.state, 'done');
    assert.equal(result.spool?.rows, 1);
  });

  it('of other people are left alone', async () => {
    const { shell } = await api();
    const document = await vscode.workspace.openTextDocument({ language: 'sql', content: 'SELECT 1 FROM dual;' });
    assert.equal(await shell.bindings.isOurs(document), false);
    assert.deepEqual(await lensesOf(document.uri), []);
  });
});

describe('deltatrain.json', () => {
  it('with a problem stands in the tree, and is used again when it is mended', async () => {
    const uri = vscode.Uri.joinPath(folder(), 'deltatrain.json');
    const text = await vscode.workspace.fs.readFile(uri);
    await fileIn('deltatrain.json', '{ "conections": {} }');
    const [label] = await until(async () => {
      const labels = await labelsOf();
      return labels[0]?.includes('conections') ? labels : undefined;
    });
    assert.match(label ?? '', /connections/);
    await vscode.workspace.fs.writeFile(uri, text);
    await until(async () => ((await labelsOf())[0] === 'local' ? true : undefined));
  });

  it('is checked by the schema in the editor', async () => {
    const uri = vscode.Uri.joinPath(folder(), 'deltatrain.json');
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.languageId, 'jsonc');
    await vscode.window.showTextDocument(document);
    const change = new vscode.WorkspaceEdit();
    change.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), '{ "conections": {} }');
    await vscode.workspace.applyEdit(change);
    const problem = await until(() => vscode.languages.getDiagnostics(uri)[0]);
    assert.match(problem.message, /conections/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });
});
