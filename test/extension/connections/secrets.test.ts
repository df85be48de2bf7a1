// Where passwords come from and where they are kept: bound to one login, asked again when that changes, never sent unasked.
import { isFile } from '../../../src/data/place.ts';
import { expect, test, vi } from 'vitest';
import type { MatrixoneConfig } from '../../../src/app/config/config.ts';
import { passwordVariable } from '../../../src/app/config/passwordVariable.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { Connection, ServerPlace } from '../../../src/extension/connections/connection.ts';

vi.mock('vscode', () => ({
  Uri: { joinPath: (uri: { path: string }, file: string) => ({ toString: () => `${uri.path}/${file}` }) },
}));

const { Secrets } = await import('../../../src/extension/connections/secrets.ts');
const { Opener } = await import('../../../src/extension/connections/opener.ts');
const { Session } = await import('../../../src/extension/connections/session.ts');

const placeAt = (host: string, user = 'ml'): ServerPlace => ({ kind: 'matrixone', host, port: 6001, user });

function connectionTo(place: ServerPlace, isNamedByFolder = true): Connection {
  const config: MatrixoneConfig = {
    ...place,
    database: null,
    tls: 'preferred',
    ca: null,
    environment: 'development',
    readOnly: false,
    statementTimeoutSeconds: 60,
  };
  const home = isNamedByFolder ? { kind: 'folder', name: 'w', uri: { path: '/w', fsPath: '/w' } } : null;
  return { id: 'risk', name: 'risk', home, config, place } as unknown as Connection;
}

/** Secrets over plain maps; `answers` are given in order, and what was asked is written down. */
function setUp(answers: (string | boolean)[], environment: Record<string, string> = {}) {
  const stored = new Map<string, string>();
  const memory = new Map<string, unknown>();
  const asked: string[] = [];
  const next = (question: string): string | boolean => {
    asked.push(question);
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`Nobody answers "${question}"`);
    if (answer === false) throw new Failure('cancelled');
    return answer;
  };
  const ask = {
    password: async ({ title }: { title: string }) => next(title),
    confirm: async (message: string) => void next(message),
    pick: async (title: string) => next(title),
  };
  const secrets = new Secrets({
    storage: {
      get: async (key: string) => stored.get(key),
      store: async (key: string, value: string) => void stored.set(key, value),
      delete: async (key: string) => void stored.delete(key),
    },
    memory: {
      get: (key: string, otherwise: unknown) => memory.get(key) ?? otherwise,
      update: async (key: string, value: unknown) => void memory.set(key, value),
    },
    ask,
    environment,
  } as never);
  return { secrets, stored, memory, asked };
}

/** Opens as the shell does, with a server that takes `right` only; answers the passwords that were tried, with their host. */
function opening(secrets: InstanceType<typeof Secrets>, right: string | null) {
  const tried: string[] = [];
  const open = vi.spyOn(Session, 'open').mockImplementation(async (options) => {
    const request = options.open;
    if (isFile(request)) throw new Error('a server was wanted');
    tried.push(`${request.host}: ${request.password}`);
    if (request.password !== right)
      throw new Failure('store.wrongPassword', { store: `${request.host}:6001`, user: 'ml' });
    return { end: async () => {} } as never;
  });
  const opener = new Opener({
    engine: '',
    allowedPaths: {} as never,
    secrets,
    log: () => {},
    note: () => {},
    mayMigrate: () => Promise.resolve(),
    writer: { who: 'ann@desktop', tool: 'deltatrain, test', now: () => 0 },
  });
  const run = (place: ServerPlace, how = {}) => opener.open(connectionTo(place), how, new AbortController().signal);
  return { run, tried, restore: () => open.mockRestore() };
}

test.each([
  ['risk', 'DELTATRAIN_PASSWORD_RISK'],
  ['my db-2', 'DELTATRAIN_PASSWORD_MY_DB_2'],
  ['café', 'DELTATRAIN_PASSWORD_CAF_'],
])('the variable of %s is %s', (name, variable) => {
  expect(passwordVariable(name)).toBe(variable);
});

test('asks once, keeps it after it worked, and asks no more', async () => {
  const { secrets, stored, asked } = setUp(['s3cret', 'storage']);
  const { run, tried, restore } = opening(secrets, 's3cret');
  await run(placeAt('db1'));
  await run(placeAt('db1'));
  restore();
  expect(asked).toEqual(['Password of db1:6001 as ml', 'Keep the password of db1:6001 as ml?']);
  expect(tried).toEqual(['db1: s3cret', 'db1: s3cret']);
  expect([...stored.values()]).toEqual(['s3cret']);
});

test('a wrong one is asked again and never kept; the one before stays until another has worked', async () => {
  const { secrets, stored, asked } = setUp(['old', 'storage', 'typo', 'new', 'storage']);
  const first = opening(secrets, 'old');
  await first.run(placeAt('db1'));
  first.restore();
  const { run, tried, restore } = opening(secrets, 'new');
  await run(placeAt('db1'));
  restore();
  expect(tried).toEqual(['db1: old', 'db1: typo', 'db1: new']);
  expect(asked.slice(2, 4)).toEqual(Array(2).fill('The password of db1:6001 as ml was refused. Enter it again'));
  expect([...stored.values()]).toEqual(['new']);
});

test('when the file names another server it is asked again, both are shown, and the old password goes nowhere', async () => {
  const { secrets, asked } = setUp(['s3cret', 'storage', 'other', 'window']);
  const first = opening(secrets, 's3cret');
  await first.run(placeAt('db1'));
  first.restore();
  const { run, tried, restore } = opening(secrets, 'other');
  await run(placeAt('db2'));
  restore();
  expect(asked[2]).toBe('risk: db1:6001 as ml → db2:6001 as ml. Password for the new login');
  expect(tried).toEqual(['db2: other']);
});

test('another user of the same server is another login', async () => {
  const { secrets } = setUp(['s3cret', 'storage']);
  const { run, restore } = opening(secrets, 's3cret');
  await run(placeAt('db1'));
  restore();
  expect(await secrets.find(connectionTo(placeAt('db1', 'ann')), placeAt('db1', 'ann'), false)).toBeNull();
});

test('in the background nothing is asked', async () => {
  const { secrets, asked } = setUp([]);
  const { run, tried, restore } = opening(secrets, 's3cret');
  expect(await run(placeAt('db1'), { quietly: true })).toBeNull();
  restore();
  expect(asked).toEqual([]);
  expect(tried).toEqual([]);
});

test('one of the environment goes to a server that a folder names only after a yes, once for each login', async () => {
  const { secrets, asked, stored } = setUp([true, true], { DELTATRAIN_PASSWORD_RISK: 'env' });
  const { run, tried, restore } = opening(secrets, 'env');
  expect(await run(placeAt('db1'), { quietly: true })).toBeNull();
  await run(placeAt('db1'));
  await run(placeAt('db1'), { quietly: true });
  await run(placeAt('db2'));
  restore();
  expect(asked).toEqual(['Log in to db1:6001 as ml, as "risk" says?', 'Log in to db2:6001 as ml, as "risk" says?']);
  expect(tried).toEqual(['db1: env', 'db1: env', 'db2: env']);
  expect(stored.size).toBe(0);
  expect(await secrets.whereText(connectionTo(placeAt('db1')), placeAt('db1'))).toContain('DELTATRAIN_PASSWORD_RISK');
});

test('a yes for one password is none for another: a file that sends it to a server of somebody else is asked about', async () => {
  const environment = { DELTATRAIN_PASSWORD_RISK: 'env', DELTATRAIN_PASSWORD_SCRATCH: 'other' };
  const { secrets, asked } = setUp([true, true], environment);
  const scratch = { ...connectionTo(placeAt('db2')), id: 'scratch', name: 'scratch' };
  await secrets.find(scratch, placeAt('db2'), true);
  // "risk" was db1, and now the file says db2.
  expect(await secrets.find(connectionTo(placeAt('db2')), placeAt('db2'), false)).toBeNull();
  await secrets.find(connectionTo(placeAt('db2')), placeAt('db2'), true);
  expect(asked).toEqual(['Log in to db2:6001 as ml, as "scratch" says?', 'Log in to db2:6001 as ml, as "risk" says?']);
});

test('a variable beside it names the server it is for: there it goes unasked, and nowhere else', async () => {
  const { secrets, asked } = setUp([], { DELTATRAIN_PASSWORD_RISK: 'env', DELTATRAIN_HOST_RISK: 'DB1:6001' });
  expect(await secrets.find(connectionTo(placeAt('db1')), placeAt('db1'), false)).toMatchObject({ password: 'env' });
  expect(await secrets.find(connectionTo(placeAt('db2')), placeAt('db2'), true)).toBeNull();
  expect(await secrets.whereText(connectionTo(placeAt('db2')), placeAt('db2'))).toBeNull();
  expect(asked).toEqual([]);
});

test('a no sends nothing', async () => {
  const { secrets } = setUp([false], { DELTATRAIN_PASSWORD_RISK: 'env' });
  const { run, tried, restore } = opening(secrets, 'env');
  await expect(run(placeAt('db1'))).rejects.toMatchObject({ code: 'cancelled' });
  restore();
  expect(tried).toEqual([]);
});

test('a connection of the user’s own settings needs no such yes', async () => {
  const { secrets, asked } = setUp([], { DELTATRAIN_PASSWORD_RISK: 'env' });
  const found = await secrets.find(connectionTo(placeAt('db1'), false), placeAt('db1'), false);
  expect(found).toEqual({ password: 'env', from: 'environment' });
  expect(asked).toEqual([]);
});

test('for this window only: it is in no storage', async () => {
  const { secrets, stored, memory } = setUp(['s3cret', 'window']);
  const { run, restore } = opening(secrets, 's3cret');
  await run(placeAt('db1'));
  restore();
  expect(stored.size).toBe(0);
  expect(JSON.stringify([...memory])).not.toContain('s3cret');
  expect((await secrets.find(connectionTo(placeAt('db1')), placeAt('db1'), false))?.from).toBe('window');
});

test.each([
  ['db1', 'root', '111', true],
  ['127.0.0.1', 'root', '111', false],
  ['localhost', 'root', '111', false],
  ['db1', 'root', '112', false],
  ['db1', 'ml', '111', false],
])(
  'the first password of every server is kept for %s as %s (%s) after a warning: %s',
  async (host, user, password, warns) => {
    const { secrets, asked } = setUp(['storage', true]);
    expect(await secrets.chooseKeeping(placeAt(host, user), password)).toBe('storage');
    expect(asked.includes('Keep the password that every MatrixOne server starts with?')).toBe(warns);
  },
);

test('no password at all is an answer too', async () => {
  const { secrets, asked } = setUp(['', 'storage']);
  const { run, tried, restore } = opening(secrets, null);
  await run(placeAt('db1'));
  await run(placeAt('db1'));
  restore();
  expect(tried).toEqual(['db1: null', 'db1: null']);
  expect(asked.length).toBe(2);
});

test('is forgotten with its connection', async () => {
  const { secrets, stored } = setUp(['s3cret', 'storage']);
  const { run, restore } = opening(secrets, 's3cret');
  await run(placeAt('db1'));
  restore();
  await secrets.forget(placeAt('db1'));
  expect(stored.size).toBe(0);
});
