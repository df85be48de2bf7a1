// Checks in the Test Explorer: items as deltatrain.json has them, run against the store, with the rows in what is said.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../src/extension/main.ts';
import { api, fileIn, folder, until } from './shell.ts';

describe('checks in the Test Explorer', () => {
  let parts: TestApi;
  let written: Uint8Array;
  const uri = (): vscode.Uri => vscode.Uri.joinPath(folder(), 'deltatrain.json');
  before(async () => {
    parts = await api();
    written = await vscode.workspace.fs.readFile(uri());
    const checks = {
      local: {
        'noaa.weather': {
          many: { kind: 'rows', min: 1 },
          cold: { kind: 'sql', sql: 'SELECT location, date FROM {table} ORDER BY location, date LIMIT 3' },
          gone: { kind: 'missing', column: 'nothing' },
        },
      },
    };
    const own = { data: { kind: 'data' }, 'not worse': { kind: 'notWorse' } };
    // The file has comments, which stay.
    const text = new TextDecoder()
      .decode(written)
      .replace('{', `{ "checks": ${JSON.stringify(checks)},`)
      .replace(/"weather"\s*:\s*\{/, (found) => `${found} "checks": ${JSON.stringify(own)},`);
    await fileIn('deltatrain.json', text);
  });
  after(() => vscode.workspace.fs.writeFile(uri(), written));

  it('has an item for each, and follows the file', async () => {
    const items = await until(() => (parts.shell.checks.items.length === 5 ? parts.shell.checks.items : undefined));
    assert.deepEqual(items, [
      'noaa.weather many',
      'noaa.weather cold',
      'noaa.weather gone',
      'weather data',
      'weather not worse',
    ]);
  });

  it('runs them all, and says of each how it ended, with the rows', async () => {
    const ended = [...(await parts.shell.checks.run({ include: undefined, exclude: undefined })).values()];
    const open = await parts.shell.trainings.open(await parts.shell.trainings.find('local', 'weather'));
    const { registry } = open.registry;
    const [head] = await registry.heads(open.training);
    const newest = head && (await registry.model(`weather/m${head.number}`));
    // What is said and how it is shown go together.
    const isCalm = /^(?:The changes fit|There was no change|There is no model)/.test(ended[3]?.details ?? '');
    assert.deepEqual(
      ended.map(({ name, state }) => [name, state]),
      [
        ['many', 'passed'],
        ['cold', 'failed'],
        ['gone', 'errored'],
        ['data', isCalm ? 'passed' : 'failed'],
        ['not worse', !newest ? 'errored' : newest.guard.verdict === 'worse' ? 'failed' : 'passed'],
      ],
      ended.map(({ details }) => details).join('\n'),
    );
    assert.match(ended[1]?.details ?? '', /\| location \| date \|\n\| --- \| --- \|\n\| New York \|/);
    assert.match(ended[2]?.details ?? '', /nothing/);
  });
});
