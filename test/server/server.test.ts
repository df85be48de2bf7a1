import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  DocumentSymbol,
  FoldingRange,
  Hover,
  PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import { languageMethods, type StatementFound } from '../../src/protocol/language.ts';
import { shop } from '../git4data/service/shop.ts';
import { type Client, startServer } from './client.ts';

let client: Client;
let opened = 0;
beforeAll(async () => {
  client = await startServer();
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

/** Opens a document and gives its name. */
async function open(text: string): Promise<string> {
  const uri = `file:///story-${++opened}.sql`;
  await client.connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'sql', version: 1, text },
  });
  return uri;
}

const bind = (uris: readonly string[], catalog = shop): Promise<void> =>
  client.connection.sendNotification(languageMethods.catalog, { uris, catalog });
const ask = <T>(method: string, uri: string, more: object = {}): Promise<T> =>
  client.connection.sendRequest<T>(method, { textDocument: { uri }, ...more });

/** The codes of the problems once the server has published as many for that version. */
async function problems(uri: string, version: number, count: number): Promise<PublishDiagnosticsParams> {
  return client.published(
    (params) => params.uri === uri && params.version === version && params.diagnostics.length === count,
  );
}

const story =
  "-- the story\nCREATE SNAPSHOT samples_v3 FOR TABLE shop.samples;\nDATA BRANCH DIFF samples AGAINST\n  samples{SNAPSHOT='samples_v2'};\n";

describe('a document of ours', () => {
  test('is diagnosed as it is typed, and again when the catalog comes', async () => {
    const uri = await open(story);
    const first = await problems(uri, 1, 1);
    expect(first.diagnostics[0]).toMatchObject({
      code: 'snapshot.dottedTable',
      severity: 1,
      range: { start: { line: 1, character: 37 }, end: { line: 1, character: 49 } },
    });
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start: { line: 1, character: 41 }, end: { line: 1, character: 42 } }, text: ' ' }],
    });
    await problems(uri, 2, 0);
    await bind([uri], { ...shop, snapshots: [] });
    const unknown = await problems(uri, 2, 1);
    expect(unknown.diagnostics[0]).toMatchObject({
      code: 'snapshot.unknown',
      range: { start: { line: 3, character: 19 } },
    });
  });

  test('has lenses with commands, which are asked for again when the catalog changes', async () => {
    const uri = await open(story.replace('shop.samples', 'shop samples'));
    const before = (await ask<CodeLens[]>('textDocument/codeLens', uri)).map((lens) => lens.command?.title);
    expect(before).toEqual(['Run…', 'Run…']);
    await bind([uri]);
    await client.refreshed(1);
    const lenses = await ask<CodeLens[]>('textDocument/codeLens', uri);
    expect(lenses.map((lens) => [lens.range.start.line, lens.command?.title, lens.command?.command])).toEqual([
      [1, 'Run on local', 'deltatrain.sql.runStatement'],
      [1, 'does not exist yet', ''],
      [2, 'Run on local', 'deltatrain.sql.runStatement'],
      [2, 'Show rows (+1 ~0 −2)', 'deltatrain.sql.showRows'],
      [2, 'Train on this delta', 'deltatrain.sql.trainOnDelta'],
      [2, expect.stringMatching(/^samples_v2: /), ''],
    ]);
    expect(lenses[3]?.command?.arguments).toEqual([
      { uri, database: 'shop', table: 'samples', from: 'samples_v2', to: null },
    ]);
    await client.connection.sendNotification(languageMethods.lenses, { shown: false });
    expect(await ask('textDocument/codeLens', uri)).toEqual([]);
    await client.connection.sendNotification(languageMethods.lenses, { shown: true });
  });

  test('has completion, hover, outline, folding and fixes', async () => {
    const uri = await open(`${story}SELECT * FROM samples{SNAPSHOT='Samples_V1'};`);
    await bind([uri]);
    const items = await ask<CompletionItem[]>('textDocument/completion', uri, { position: { line: 3, character: 22 } });
    expect(items.map((item) => item.label)).toEqual(['samples_v2', 'samples_v1']);
    const hover = await ask<Hover>('textDocument/hover', uri, { position: { line: 3, character: 22 } });
    expect(hover.contents).toMatchObject({
      kind: 'markdown',
      value: expect.stringContaining('snapshot of shop\\.samples') as string,
    });
    const symbols = await ask<DocumentSymbol[]>('textDocument/documentSymbol', uri);
    expect(symbols.map((symbol) => symbol.name)).toEqual([
      'samples_v3',
      "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT='samples_…",
      "SELECT * FROM samples{SNAPSHOT='Samples_V1'}",
    ]);
    expect(await ask<FoldingRange[]>('textDocument/foldingRange', uri)).toEqual([{ startLine: 2, endLine: 3 }]);
    const end = { line: 4, character: 34 };
    const actions = await ask<CodeAction[]>('textDocument/codeAction', uri, {
      range: { start: end, end },
      context: { diagnostics: [] },
    });
    expect(actions.map((action) => [action.title, action.edit?.changes?.[uri]?.[0]?.newText])).toEqual([
      ["Change to 'samples_v1'", "'samples_v1'"],
    ]);
    const format = await ask<CodeAction[]>('textDocument/codeAction', uri, {
      range: { start: { line: 2, character: 3 }, end: { line: 2, character: 3 } },
      context: { diagnostics: [] },
    });
    expect(format.map((action) => action.title)).toEqual(['Format Statement']);
  });

  test('tells which statement stands at a cursor, and whether it writes', async () => {
    const uri = await open('USE lab;\nDELETE FROM runs;\n\nSELECT 1');
    const at = (line: number): Promise<StatementFound | null> =>
      client.connection.sendRequest(languageMethods.statementAt, { uri, position: { line, character: 2 } });
    expect(await at(1)).toEqual({
      sql: 'DELETE FROM runs',
      kind: 'other',
      database: 'lab',
      writes: true,
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 16 } },
    });
    expect(await at(3)).toMatchObject({ sql: 'SELECT 1', kind: 'select', writes: false });
    const all = await client.connection.sendRequest<StatementFound[]>(languageMethods.statements, { uri });
    expect(all.map((found) => found.sql)).toEqual(['USE lab', 'DELETE FROM runs', 'SELECT 1']);
  });
});

test("other people's SQL is left alone until it is bound to a connection", async () => {
  const uri = await open("SELECT 'never closed");
  expect(await ask('textDocument/codeLens', uri)).toEqual([]);
  expect(await ask('textDocument/documentSymbol', uri)).toEqual([]);
  expect(await ask('textDocument/hover', uri, { position: { line: 0, character: 2 } })).toBeNull();
  await problems(uri, 1, 0);
  await bind([uri]);
  await problems(uri, 1, 1);
  expect(await ask<DocumentSymbol[]>('textDocument/documentSymbol', uri)).toHaveLength(1);
});

test('a document that is closed keeps no problems', async () => {
  const uri = await open('DATA BRANCH DIFF a');
  await problems(uri, 1, 1);
  await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  await client.published(
    (params) => params.uri === uri && params.version === undefined && params.diagnostics.length === 0,
  );
});
