// A connection whose store is not there yet: built from the files that deltatrain.json names, or made empty.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../src/extension/main.ts';
import { api, fileIn, folder, labelsOf, run, until } from './shell.ts';

describe('a store that deltatrain.json says how to build', () => {
  let parts: TestApi;
  const uri = (): vscode.Uri => vscode.Uri.joinPath(folder(), 'deltatrain.json');
  let written: Uint8Array;
  before(async () => {
    parts = await api();
    // With this suite alone there is none yet.
    written = await Promise.resolve(vscode.workspace.fs.readFile(uri())).catch(() =>
      new TextEncoder().encode('{ "connections": { "other": { "kind": "embedded", "path": "other.db" } } }'),
    );
    await fileIn('data/first.csv', 'id,name\n1,Ann\n');
    await fileIn('data/second.csv', 'id,name\n2,Bob\n');
    const connection = { kind: 'embedded', path: '.deltatrain/cloned.db' };
    const sources = { 'crm.customers': { files: 'data/*.csv', key: ['id'], connection: 'cloned' } };
    const text = new TextDecoder()
      .decode(written)
      .replace('{', `{ "sources": ${JSON.stringify(sources)},`)
      .replace(/"connections"\s*:\s*\{/, (found) => `${found} "cloned": ${JSON.stringify(connection)},`);
    await fileIn('deltatrain.json', text);
    await until(async () => (await parts.shell.connections.list()).find(({ id }) => id === 'cloned'));
  });
  after(async () => {
    await run('connection.disconnect', { connection: 'cloned' });
    await vscode.workspace.fs.writeFile(uri(), written);
  });

  it('is offered to be built, and is', async () => {
    parts.ask.reset();
    parts.ask.answer('Build it from its files');
    assert.equal(await run('connection.connect', { connection: 'cloned' }), 'cloned');
    assert.deepEqual(parts.ask.asked, ['There is no store at cloned.db yet']);
    assert.deepEqual(await labelsOf('cloned', 'crm'), ['customers']);
    const session = await parts.shell.connections.session('cloned');
    assert.equal(await session.store.countRows({ database: 'crm', table: 'customers' }), 2);
    assert.ok(parts.tell.said?.some(({ message }) => message.includes('cloned was built. crm.customers: 2 rows.')));
  });

  it('is opened as it is from then on', async () => {
    await run('connection.disconnect', { connection: 'cloned' });
    parts.ask.reset();
    assert.equal(await run('connection.connect', { connection: 'cloned' }), 'cloned');
    assert.deepEqual(parts.ask.asked, []);
  });
});
