// A password of the environment goes only to the server it is for, whatever the deltatrain.json of a folder says.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../src/base/failure.ts';
import { type Destination, requireBound } from '../../src/cli/connection/binding.ts';
import { knownHost, knownHostsFile } from '../../src/cli/connection/knownHosts.ts';
import { openPeer, type Peer } from '../stores/matrixone/peer.ts';
import { elsewhere } from '../stores/matrixone/hostile/hostileServer.ts';
import { useCli } from './support/cli.ts';

const cli = useCli();
const logins: Buffer[] = [];
let peer: Peer;
let run = 0;
let folder = '';

interface Failed {
  error: { code: string; message: string };
}

beforeEach(async () => {
  logins.length = 0;
  // It refuses whoever comes: that somebody came is enough.
  peer = await openPeer({
    answer: () => false,
    onLogin: (body) => logins.push(body),
    login: (line) => line.error(1045, 'Access denied for user ml. internal error: check password failed', '28000'),
  });
  folder = `trust${run++}`;
  vi.stubEnv('XDG_CONFIG_HOME', cli.at(`${folder}-settings`));
  vi.stubEnv('DELTATRAIN_PASSWORD_RISK', 's3cret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await peer.close();
});

const writeConfig = (host: string, port: number): void => {
  const connections = { risk: { kind: 'matrixone', host, port, user: 'ml' } };
  cli.write(`${folder}/deltatrain.json`, JSON.stringify({ connections }));
};
const list = (code: number): Promise<Failed> => cli.json('error', ['snapshot', 'list'], { code, cwd: folder });
const trust = (...more: string[]): Promise<object> =>
  cli.json('connectionTrust', ['connection', 'trust', 'risk', ...more], { cwd: folder });

describe('in a script', () => {
  it('refuses a server that nobody named beside the password, and sends nothing', async () => {
    writeConfig(elsewhere, peer.port);
    const { error } = await list(2);
    expect(error.code).toBe('connection.unbound');
    expect(error.message).toBe(
      `The password in DELTATRAIN_PASSWORD_RISK was not sent to ${elsewhere}:${peer.port}, which "risk" in deltatrain.json names: nothing says that it is for that server. If it is: DELTATRAIN_HOST_RISK=${elsewhere}:${peer.port}, or deltatrain connection trust risk.`,
    );
    expect(logins).toEqual([]);
  });

  it('goes on with the line that the refusal says', async () => {
    writeConfig(elsewhere, peer.port);
    vi.stubEnv('DELTATRAIN_HOST_RISK', `${elsewhere}:${peer.port}`);
    expect((await list(1)).error.code).toBe('store.wrongPassword');
    expect(logins).toHaveLength(1);
  });

  it('refuses another server than the one of the variable, which no list overrules', async () => {
    writeConfig(elsewhere, peer.port);
    await trust();
    vi.stubEnv('DELTATRAIN_HOST_RISK', 'db.example:6001');
    const { error } = await list(2);
    expect(error.message).toContain(
      `names: it is for db.example:6001. If it is: DELTATRAIN_HOST_RISK=${elsewhere}:${peer.port}.`,
    );
    expect(logins).toEqual([]);
  });

  it('says when the variable holds no server', async () => {
    writeConfig(elsewhere, peer.port);
    vi.stubEnv('DELTATRAIN_HOST_RISK', 'me@db:x');
    expect((await list(2)).error.message).toBe('DELTATRAIN_HOST_RISK is "me@db:x". Write host:port.');
    expect(logins).toEqual([]);
  });

  it('asks nothing on this machine itself, and nothing for a URL', async () => {
    writeConfig('127.0.0.1', peer.port);
    expect((await list(1)).error.code).toBe('store.wrongPassword');
    vi.stubEnv('DELTATRAIN_PASSWORD', 's3cret');
    const url = ['snapshot', 'list', '-c', `mysql://ml@${elsewhere}:${peer.port}`];
    expect((await cli.json<Failed>('error', url, { code: 1 })).error.code).toBe('store.wrongPassword');
    expect(logins).toHaveLength(2);
  });

  it('an empty password is no secret', async () => {
    vi.stubEnv('DELTATRAIN_PASSWORD_RISK', '');
    writeConfig(elsewhere, peer.port);
    expect((await list(1)).error.code).toBe('store.wrongPassword');
  });
});

describe('connection trust', () => {
  it('names the server, and holds for it alone: a file that is changed afterwards is refused', async () => {
    writeConfig(elsewhere, peer.port);
    expect(await trust()).toEqual({
      version: 2,
      connection: 'risk',
      server: `${elsewhere}:${peer.port}`,
      file: cli.at(`${folder}/deltatrain.json`),
      trusted: true,
      knownHosts: cli.at(`${folder}-settings/deltatrain/known-hosts.json`),
    });
    expect((await list(1)).error.code).toBe('store.wrongPassword');
    writeConfig('db.example', peer.port);
    const { error } = await list(2);
    expect(error.message).toContain(
      `it is for ${elsewhere}:${peer.port}. If it is: DELTATRAIN_HOST_RISK=db.example:${peer.port}, or`,
    );
    expect(logins).toHaveLength(1);
  });

  it('holds for this deltatrain.json alone', async () => {
    writeConfig(elsewhere, peer.port);
    await trust();
    cli.write(`${folder}-other/deltatrain.json`, cli.read(`${folder}/deltatrain.json`));
    const other = await cli.json<Failed>('error', ['snapshot', 'list'], { code: 2, cwd: `${folder}-other` });
    expect(other.error.code).toBe('connection.unbound');
  });

  it('is taken back with --remove', async () => {
    writeConfig(elsewhere, peer.port);
    await trust();
    expect(await trust('--remove')).toMatchObject({ trusted: false });
    expect((await list(2)).error.code).toBe('connection.unbound');
  });

  it('writes nothing into the folder, and not over a list that it cannot read', async () => {
    writeConfig(elsewhere, peer.port);
    await trust();
    const known = cli.at(`${folder}-settings/deltatrain/known-hosts.json`);
    expect(JSON.parse(readFileSync(known, 'utf8'))).toEqual({
      version: 1,
      hosts: { [cli.at(`${folder}/deltatrain.json`)]: { risk: `${elsewhere}:${peer.port}` } },
    });
    writeFileSync(known, '{ "version": 1, "hosts": [');
    expect((await list(1)).error.message).toContain('it is no list of known hosts');
    await cli.json('error', ['connection', 'trust', 'risk'], { code: 1, cwd: folder });
    expect(readFileSync(known, 'utf8')).toBe('{ "version": 1, "hosts": [');
    expect(existsSync(cli.at(`${folder}/known-hosts.json`))).toBe(false);
  });

  it('says what is wrong with a name', async () => {
    const connections = { file: { kind: 'embedded', path: 'x.db' } };
    cli.write(`${folder}/deltatrain.json`, JSON.stringify({ connections }));
    const asked = (name: string, code: number): Promise<Failed> =>
      cli.json('error', ['connection', 'trust', name], { code, cwd: folder });
    expect((await asked('file', 2)).error.message).toBe('"file" is a file on this machine, which takes no password.');
    expect((await asked('fil', 1)).error.message).toContain('Did you mean "file"?');
  });
});

describe('on a terminal', () => {
  const to = (host: string): Destination => ({ name: 'risk', file: '/w/deltatrain.json', host, port: 6001 });
  const asking = (answer: string) => {
    const asked: string[] = [];
    const binding = {
      environment: {},
      list: path.join(cli.at(`${folder}-settings`), 'list.json'),
      ask: async (question: string) => {
        asked.push(question);
        return answer;
      },
    };
    return { asked, binding };
  };

  it('asks once, says where it would go, and remembers a yes', async () => {
    const { asked, binding } = asking('yes');
    await requireBound(to('DB1'), 'DELTATRAIN_PASSWORD_RISK', binding);
    await requireBound(to('db1'), 'DELTATRAIN_PASSWORD_RISK', binding);
    expect(asked).toEqual([
      '"risk" in /w/deltatrain.json is db1:6001. Send the password in DELTATRAIN_PASSWORD_RISK there? (yes/no) ',
    ]);
    expect(await knownHost(to('db1'), binding.list)).toBe('db1:6001');
    await requireBound(to('db2'), 'DELTATRAIN_PASSWORD_RISK', binding);
    expect(asked[1]).toContain('is db2:6001. Until now it was db1:6001. Send');
  });

  it.each(['no', '', 'yess'])('%j is a no, which is not remembered', async (answer) => {
    const { binding } = asking(answer);
    const refused = requireBound(to('db1'), 'DELTATRAIN_PASSWORD_RISK', binding);
    await expect(refused).rejects.toThrow(Failure);
    expect(await knownHost(to('db1'), binding.list)).toBeUndefined();
  });
});

it('the list lies beside the settings of the user', () => {
  expect(knownHostsFile({ XDG_CONFIG_HOME: '/home/u/settings' })).toBe(
    path.join('/home/u/settings', 'deltatrain', 'known-hosts.json'),
  );
  expect(path.isAbsolute(knownHostsFile({ XDG_CONFIG_HOME: 'relative' }))).toBe(true);
  expect(knownHostsFile({ XDG_CONFIG_HOME: 'relative' })).not.toContain('relative');
});
