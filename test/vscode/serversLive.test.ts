// MatrixOne in the shell, on a live server: MATRIXONE_URL=mysql://root:111@127.0.0.1:6001. Without it nothing of this is run, aloud.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parseConnectionUri } from '../../src/app/config/connectionUri.ts';
import type { TestApi } from '../../src/extension/main.ts';
import type { Session } from '../../src/extension/connections/session.ts';
import { api, childrenOf, elementOf, folder, labelsOf, run, until } from './shell.ts';

const url = process.env['MATRIXONE_URL'] ?? '';
const mark = `dtvsc${process.pid}`;
const database = `${mark}_d`;
const role = `${mark}_role`;
const reader = `${mark}_reader`;
const stock = { database, table: 'stock' };
const kinds = { database, table: 'kinds' };

const configText = async (): Promise<string> =>
  new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder(), 'deltatrain.json')));

(url === '' ? describe.skip : describe)(
  `MatrixOne, live${url === '' ? ' (SKIPPED: set MATRIXONE_URL to a live MatrixOne server)' : ''}`,
  () => {
    let parts: TestApi;
    let session: Session;
    const sql = async (...statements: string[]): Promise<void> => {
      for (const statement of statements)
        for await (const _ of session.sqlStore.query({ sql: statement, database: null })) assert.ok(_);
    };
    const target = { connection: 'live', table: stock };

    before(async () => {
      parts = await api();
    });
    beforeEach(() => {
      parts.ask.reset();
      parts.tell.said?.splice(0);
    });
    afterEach(() => assert.deepEqual(parts.ask.left, [], 'answers that nobody asked for'));
    after(async () => {
      const ours = (await session.store.snapshots()).filter(
        ({ name, database: of }) => of === database || name.startsWith(mark),
      );
      for (const { name } of ours) await session.store.dropSnapshot(name);
      await sql(`DROP DATABASE IF EXISTS ${database}`, `DROP USER IF EXISTS ${reader}`, `DROP ROLE IF EXISTS ${role}`);
      const made = (await parts.shell.connections.list()).map(({ id }) => id);
      for (const connection of ['live', 'small'].filter((id) => made.includes(id))) {
        parts.ask.answer(true);
        await run('connection.remove', { connection });
      }
    });

    it('is added by its URI; the password is in no file, and what it lacks is said', async () => {
      const { password, host, port } = parseConnectionUri(url);
      parts.ask.answer('MatrixOne server…', `${url}?tls=off`, true, true, true, true);
      parts.ask.answer('Development', 'deltatrain-workspace', 'live', 'For this window only');
      assert.equal(await run('connection.add'), 'live');
      session = await parts.shell.connections.session('live');
      const text = await configText();
      assert.match(text, /"live": \{[^}]*"kind": "matrixone"/);
      assert.ok(password !== null && !text.includes(`"${password}"`));
      assert.match(parts.tell.said?.at(-1)?.message ?? '', /^live: MatrixOne \d+\.\d+\.\d+, not encrypted\./);
      const { node } = await elementOf('live');
      assert.match(
        node.description,
        new RegExp(`^MatrixOne \\d+\\.\\d+\\.\\d+ · ${host.replaceAll('.', '\\.')}:${port}$`),
      );
      assert.match(node.tooltip, /kept for this window only/);
    });

    it('takes only the password again when it was wrong', async () => {
      const { user, host, port, password } = parseConnectionUri(url);
      parts.ask.answer('MatrixOne server…', `mysql://${user}:wrong@${host}:${port}?tls=off`, true, true, true, true);
      parts.ask.answer(password ?? '', false);
      await run('connection.add');
      assert.match(parts.ask.asked.at(-2) ?? '', /refused the password/);
      assert.match(parts.ask.asked.at(-1) ?? '', /^MatrixOne \d.*What is it for\?/);
    });

    it('shows databases and tables, and counts on a click alone', async () => {
      await sql(
        `CREATE DATABASE ${database}`,
        `CREATE TABLE ${database}.stock (id INT PRIMARY KEY, n INT)`,
        `INSERT INTO ${database}.stock VALUES (1, 1), (2, 2), (3, 3)`,
        `CREATE TABLE ${database}.kinds (id INT PRIMARY KEY, kind ENUM('a', 'b'))`,
        `INSERT INTO ${database}.kinds VALUES (1, 'a'), (2, 'b')`,
      );
      await run('tree.refresh');
      assert.deepEqual(await labelsOf('live', database), ['kinds', 'stock']);
      for (const table of [stock, kinds]) {
        parts.ask.answer(`${mark}_${table.table}`);
        await run('table.createSnapshot', { connection: 'live', table });
      }
      await sql(
        `DELETE FROM ${database}.stock WHERE id = 1`,
        `UPDATE ${database}.stock SET n = 20 WHERE id = 2`,
        `INSERT INTO ${database}.stock VALUES (4, 4)`,
        `INSERT INTO ${database}.kinds VALUES (3, 'a')`,
      );
      const before = await elementOf('live', database, 'stock');
      assert.equal(before.node.description, `since ${mark}_stock: click to count`);
      await run('tree.count', before);
      await run('tree.count', { connection: 'live', table: kinds });
      assert.match((await elementOf('live', database, 'stock')).node.description, /^\+1 ~1 −1 since /);
      assert.match((await elementOf('live', database, 'kinds')).node.description, /^\+1 ~0 −0 since /);
    });

    it('says how a delta was found, and why not otherwise', async () => {
      assert.match((await elementOf('live', database, 'kinds')).node.tooltip, /Found by comparing: .*ENUM/);
      await run('delta.show', { connection: 'live', table: kinds, from: `${mark}_kinds` });
      const result = await until(() => {
        const last = parts.shell.sql.results('live').at(-1);
        return last?.state === 'done' ? last : undefined;
      });
      assert.equal(result.shape, 'delta');
      assert.match(result.delta?.way ?? '', /^Found by comparing: .*ENUM/);
    });

    it('forgets what was counted when something of ours changes', async () => {
      parts.shell.connections.noticeChange('live');
      await until(async () =>
        (await elementOf('live', database, 'stock')).node.description.includes('click to count') ? true : undefined,
      );
    });

    it('lists in the dialog what a restore costs, restores verified, and gives the grants back', async () => {
      await sql(
        `CREATE ROLE ${role}`,
        `CREATE USER ${reader} IDENTIFIED BY 'small1'`,
        `GRANT CONNECT ON ACCOUNT * TO ${role}`,
        `GRANT SELECT ON TABLE ${database}.kinds TO ${role}`,
        `GRANT SELECT ON TABLE ${database}.stock TO ${role}`,
        `GRANT ${role} TO ${reader}`,
      );
      parts.ask.answer(true);
      const done = await run<{ verified: boolean }>('snapshot.restore', { ...target, snapshot: `${mark}_stock` });
      assert.equal(done.verified, true);
      const dialog = parts.ask.details.at(-1) ?? '';
      assert.match(dialog, /grants? (is|are) lost|grant is lost/i);
      assert.match(dialog, /GRANT SELECT ON TABLE/i);
      assert.match(dialog, /moment between the last look and the RESTORE/);
      const said = parts.tell.said?.at(-1);
      assert.deepEqual(said?.actions, ['Undo…', 'Open GRANT Statements']);
      const safety = await labelsOf('live', database, 'stock', 'Safety');
      assert.equal(safety.length, 1);
    });

    it('pins the whole account from its node, and its snapshot stands at every table', async () => {
      parts.ask.answer('The account', `${mark}_all`);
      assert.equal(await run('table.createSnapshot', { connection: 'live' }), `${mark}_all`);
      const snapshots = await childrenOf('live', database, 'kinds', 'Snapshots');
      const whole = snapshots.find(({ node }) => node.label === `${mark}_all`);
      assert.match(whole?.node.description ?? '', /of the account/);
    });

    it('lets a role that may not list snapshots type a name', async () => {
      const { host, port } = parseConnectionUri(url);
      parts.ask.answer('MatrixOne server…', `mysql://sys%3A${reader}%3A${role}:small1@${host}:${port}?tls=off`);
      parts.ask.answer(true, true, true, true, true, 'deltatrain-workspace', 'small', 'For this window only');
      assert.equal(await run('connection.add'), 'small');
      const message = 'Snapshots cannot be listed by this role. Type a name…';
      assert.deepEqual(await labelsOf('small', database, 'kinds', 'Snapshots'), [message]);
      const item = await elementOf('small', database, 'kinds', 'Snapshots', message);
      assert.equal(item.node.click?.command, 'deltatrain.snapshot.type');
      parts.ask.answer(`${mark}_kinds`);
      await run('snapshot.type', item);
      assert.deepEqual(await labelsOf('small', database, 'kinds', 'Snapshots'), [`${mark}_kinds`, message]);
      parts.ask.answer('nobody_knows_it');
      await assert.rejects(run('snapshot.type', item), { code: 'version.unknown' });
    });
  },
);
