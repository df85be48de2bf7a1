// MatrixOne servers in the shell: the form, what it says when a server cannot be opened, and where passwords are. No server needed.
import * as assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import * as vscode from 'vscode';
import type { TestApi } from '../../src/extension/main.ts';
import { back } from '../../src/extension/talk/scriptedAsk.ts';
import { api, childrenOf, fileIn, folder, labelsOf, run, until } from './shell.ts';

const configFile = (): vscode.Uri => vscode.Uri.joinPath(folder(), 'deltatrain.json');
const textOf = async (): Promise<string> =>
  new TextDecoder().decode(await vscode.workspace.fs.readFile(configFile())).toString();

/** A port that nobody listens on any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Something that answers, but is no MatrixOne. */
async function webServer(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}

describe('a MatrixOne server', () => {
  let parts: TestApi;
  let written: string;
  before(async () => {
    parts = await api();
    written = await textOf().catch(() => '');
  });
  beforeEach(() => {
    parts.ask.reset();
    parts.tell.said?.splice(0);
  });
  after(async () => {
    if (written === '') await vscode.workspace.fs.delete(configFile());
    else await vscode.workspace.fs.writeFile(configFile(), new TextEncoder().encode(written));
  });

  it('that refuses is asked for again by host and port, and nothing is written', async () => {
    const [one, two] = [await closedPort(), await closedPort()];
    parts.ask.answer('MatrixOne server…', `127.0.0.1:${one}`, 'ml', 's3cret', 'risk', 'Preferred');
    parts.ask.answer(`127.0.0.1:${two}`, false);
    await run('connection.add');
    assert.match(parts.ask.asked.at(-2) ?? '', new RegExp(`^Cannot open 127\\.0\\.0\\.1:${one}: .*Host and port`));
    // Only the answer that was wrong: user, password, database and encryption are as they were.
    assert.match(parts.ask.asked.at(-1) ?? '', new RegExp(`^Cannot open 127\\.0\\.0\\.1:${two}`));
    assert.equal(await textOf().catch(() => ''), written);
    assert.doesNotMatch(JSON.stringify(parts.tell.said), /s3cret/);
  });

  it('that is another kind of server is said to be that', async () => {
    const { server, port } = await webServer();
    try {
      parts.ask.answer('MatrixOne server…', `mysql://ml:s3cret@127.0.0.1:${port}/risk?tls=off`, true, true, true, true);
      parts.ask.answer(false);
      await run('connection.add');
      assert.match(parts.ask.asked.at(-1) ?? '', /Host and port/);
      assert.match(parts.ask.asked.at(-1) ?? '', new RegExp(`127\\.0\\.0\\.1:${port}`));
    } finally {
      server.close();
    }
  });

  it('has a form that can be taken back, question by question', async () => {
    parts.ask.answer('MatrixOne server…', 'db1:6001', 'ml', back, 'ann', back, back, 'db2:6001', false);
    await run('connection.add');
    const titles = parts.ask.asked.map((title) => title.split(/[:,]/)[0]);
    assert.deepEqual(titles.slice(1), [
      'Host and port',
      'User',
      'Password of db1',
      'User',
      'Password of db1',
      'User',
      'Host and port',
      'User',
    ]);
  });

  it('that a file names is not logged in to unasked: the tree says it is not connected', async () => {
    const port = await closedPort();
    const server = { kind: 'matrixone', host: '127.0.0.1', port, user: 'ml' };
    await fileIn('deltatrain.json', JSON.stringify({ connections: { far: server } }));
    await until(async () => ((await labelsOf()).includes('far') ? true : undefined));
    assert.deepEqual(await labelsOf('far'), ['Not connected. Connect…']);
    assert.deepEqual(parts.ask.asked, []);
    const [node] = await childrenOf();
    assert.match(node?.node.description ?? '', new RegExp(`^MatrixOne · 127\\.0\\.0\\.1:${port} · not connected$`));
  });

  it('asks for its password when a command wants it, and offers to edit what cannot be reached', async () => {
    parts.ask.answer('s3cret');
    await assert.rejects(run('connection.connect', { connection: 'far' }), { code: 'store.unreachable' });
    const said = parts.tell.said?.at(-1);
    assert.equal(said?.level, 'error');
    assert.deepEqual(said.actions, ['Edit Connection…']);
    assert.equal(parts.shell.connections.isOpen('far'), false);
  });

  it('is edited in the form of add, filled in; a password follows to no other login', async () => {
    // The first question shows what is written; another host has no password of its own yet.
    parts.ask.answer(true, false);
    await run('connection.edit', { connection: 'far' });
    assert.match(parts.ask.asked[0] ?? '', /^Host and port/);
    assert.match(parts.ask.asked[1] ?? '', /^User/);
  });

  it('is removed with its password', async () => {
    parts.ask.answer(true);
    await run('connection.remove', { connection: 'far' });
    assert.match(parts.ask.details.at(-1) ?? '', /Its password is forgotten here/);
    assert.ok(!(await labelsOf()).includes('far'));
  });
});
