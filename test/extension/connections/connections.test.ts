// Opening and closing: once for everybody who wants it open, nothing left behind by a close on the way, and closed when it leads elsewhere.
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import type { ConnectionConfig } from '../../../src/app/config/config.ts';
import { Failure } from '../../../src/base/failure.ts';
import { Connections } from '../../../src/extension/connections/connections.ts';
import type { HowToOpen } from '../../../src/extension/connections/opener.ts';
import { Session as RealSession, type Session } from '../../../src/extension/connections/session.ts';

const server: ConnectionConfig = {
  kind: 'matrixone',
  host: 'db1',
  port: 6001,
  user: 'ml',
  database: null,
  tls: 'preferred',
  ca: null,
  environment: 'development',
  readOnly: false,
  statementTimeoutSeconds: 60,
};

interface Wanted {
  readonly how: HowToOpen;
  readonly signal: AbortSignal;
  readonly session: { readonly connection: { readonly id: string }; ends: number; end(): Promise<void> };
  resolve(asks?: boolean): void;
  reject(error: unknown): void;
}

/** Connections over a file that names `risk`, with an opener that a test answers. */
function setUp() {
  let config = server;
  let tellChange = (): void => {};
  const wanted: Wanted[] = [];
  const homes = {
    list: () => [],
    read: () =>
      Promise.resolve([
        {
          kind: 'folder',
          name: 'w',
          uri: { fsPath: '/w', toString: () => 'file:///w' },
          config: { connections: { risk: config }, trainings: {} },
          problem: null,
        },
      ]),
    onDidChange: (listener: () => void) => {
      tellChange = listener;
      return { dispose: () => {} };
    },
  };
  const opener = {
    open: (connection: { id: string }, how: HowToOpen, signal: AbortSignal) =>
      new Promise((resolve, reject) => {
        const session = {
          connection,
          ends: 0,
          end() {
            this.ends += 1;
            return Promise.resolve();
          },
        };
        wanted.push({ how, signal, session, resolve: (asks = false) => resolve(asks ? null : session), reject });
      }),
  };
  const connections = new Connections({
    homes,
    opener,
    own: { list: () => new Map(), onDidChange: () => ({ dispose: () => {} }) },
    isTrusted: () => true,
  } as never);
  const asked = (count: number): Promise<Wanted> =>
    vi.waitFor(() => {
      if (wanted.length < count) throw new Error(`${wanted.length} of ${count}`);
      return wanted[count - 1] as Wanted;
    });
  const change = (more: Partial<ConnectionConfig>): void => {
    config = { ...config, ...more } as ConnectionConfig;
    tellChange();
  };
  return { connections, wanted, asked, change };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => String(error instanceof Failure ? error.code : error),
  );

test('two who want it open at the same time get the same session, opened once', async () => {
  const { connections, wanted, asked } = setUp();
  const both = [connections.session('risk'), connections.session('risk')];
  (await asked(1)).resolve();
  const [one, two] = await Promise.all(both);
  expect(one).toBe(two);
  expect(wanted.length).toBe(1);
  expect(connections.open()).toEqual(['risk']);
});

test('a close on the way ends what comes, and whoever waited is told', async () => {
  const { connections, asked } = setUp();
  const waiting = codeOf(connections.session('risk'));
  const opening = await asked(1);
  const closed = connections.close('risk', true);
  expect(opening.signal.aborted).toBe(true);
  opening.resolve();
  await closed;
  expect(await waiting).toBe('cancelled');
  expect(opening.session.ends).toBe(1);
  expect(connections.isOpen('risk')).toBe(false);
  expect(await connections.sessionUnlessClosed('risk')).toBeNull();
});

test('an opening that fails after it was closed is nobody else’s failure', async () => {
  const { connections, asked } = setUp();
  const waiting = codeOf(connections.session('risk'));
  const opening = await asked(1);
  const closed = codeOf(connections.close('risk'));
  opening.reject(new Failure('store.wrongPassword', { store: 'db1:6001', user: 'ml' }));
  expect(await closed).toBe('done');
  expect(await waiting).toBe('store.wrongPassword');
});

test('an opening that was overtaken leaves the next one alone', async () => {
  const { connections, asked } = setUp();
  const first = codeOf(connections.session('risk'));
  const old = await asked(1);
  const closed = connections.close('risk');
  const second = connections.session('risk');
  const next = await asked(2);
  old.reject(new Failure('cancelled'));
  await closed;
  next.resolve();
  expect(await first).toBe('cancelled');
  expect(await second).toBe(next.session);
  expect(connections.isCurrent(next.session as unknown as Session)).toBe(true);
});

test('in the background nobody is asked; a command that comes meanwhile may ask', async () => {
  const { connections, asked } = setUp();
  const background = connections.sessionUnlessClosed('risk');
  const quiet = await asked(1);
  expect(quiet.how.quietly).toBe(true);
  const command = connections.session('risk');
  quiet.resolve(true);
  expect(await background).toBeNull();
  const loud = await asked(2);
  expect(loud.how.quietly).not.toBe(true);
  loud.resolve();
  expect(await command).toBe(loud.session);
});

test.each<[string, Partial<ConnectionConfig>]>([
  ['another host', { host: 'db2' }],
  ['another user', { user: 'ann' }],
  ['another database', { database: 'x' }],
  ['another way to encrypt', { tls: 'required' }],
  ['another environment', { environment: 'production' }],
])('is closed when the file names %s', async (_, more) => {
  const { connections, asked, change } = setUp();
  const opened = connections.session('risk');
  const opening = await asked(1);
  opening.resolve();
  await opened;
  change({});
  await vi.waitFor(() => expect(connections.isOpen('risk')).toBe(true));
  change(more);
  await vi.waitFor(() => expect(opening.session.ends).toBe(1));
  expect(connections.isOpen('risk')).toBe(false);
});

const pids: number[] = [];
afterEach(() => {
  for (const pid of pids.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a session that is given up while it opens leaves no process', async () => {
  const controller = new AbortController();
  const engine = fileURLToPath(new URL('../support/silentEngine.mjs', import.meta.url));
  let log: (line: string) => void = () => undefined;
  const started = new Promise<number>((resolve) => {
    log = (line) => {
      if (/^\d+$/.test(line)) resolve(Number(line));
    };
  });
  const open = { kind: 'embedded', path: '/no/such.db', readOnly: false, create: false } as const;
  const opening = codeOf(
    RealSession.open(
      {
        connection: {} as never,
        open,
        engine,
        log: (line) => log(line),
        note: () => {},
        mayMigrate: () => Promise.resolve(),
        writer: { who: 'ann@desktop', tool: 'deltatrain, test', now: () => 0 },
      },
      controller.signal,
    ),
  );
  const pid = await started;
  pids.push(pid);
  expect(isAlive(pid)).toBe(true);
  controller.abort();
  expect(await opening).toBe('cancelled');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
});

test('a connection that a run needs stays open and listed as it is, whatever the file says, until the run is over', async () => {
  const { connections, asked, change } = setUp();
  const opened = connections.session('risk');
  const opening = await asked(1);
  opening.resolve();
  const { session } = opening;
  const it = await opened;
  const [first, second] = [connections.hold('risk'), connections.hold('risk')];
  const changes: string[] = [];
  connections.onDidChange(() => changes.push('changed'));
  change({ host: 'elsewhere' });
  await vi.waitFor(() => expect(changes).toHaveLength(1));
  expect(connections.opened('risk')).toBe(it);
  expect(placesOf(await connections.list())).toEqual(['db1']);
  first.dispose();
  first.dispose();
  change({ port: 6002 });
  await vi.waitFor(() => expect(changes).toHaveLength(2));
  expect(session.ends).toBe(0);
  second.dispose();
  await vi.waitFor(() => expect(session.ends).toBe(1));
  expect(placesOf(await connections.list())).toEqual(['elsewhere']);
});

const placesOf = (list: Awaited<ReturnType<InstanceType<typeof Connections>['list']>>): string[] =>
  list.map(({ config }) => ('host' in config ? config.host : ''));
