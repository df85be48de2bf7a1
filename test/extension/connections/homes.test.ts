// What the folders of a window may name: nothing before they are trusted, and with several folders each under its folder's name.
import { expect, test, vi } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { placeText } from '../../../src/extension/connections/connection.ts';
import { Connections } from '../../../src/extension/connections/connections.ts';
import { Trainings } from '../../../src/extension/connections/trainings.ts';

interface FakeUri {
  readonly path: string;
  readonly fsPath: string;
  readonly scheme: string;
  toString(): string;
}

const uriOf = (path: string): FakeUri => ({ path, fsPath: path, scheme: 'file', toString: () => `file://${path}` });

const window = vi.hoisted(() => ({
  isTrusted: true,
  folders: new Array<{ name: string; path: string }>(),
  files: new Map<string, string>(),
  read: new Array<string>(),
  /** Called where a watcher of VS Code would tell a change. */
  watching: new Array<() => void>(),
  /** Problems in the editor, as `line:column message`. */
  problems: new Map<string, string[]>(),
}));

vi.mock('vscode', () => {
  const none = (): { dispose(): void } => ({ dispose: () => {} });
  class FileSystemError extends Error {
    readonly code = 'FileNotFound';
  }
  class Position {
    readonly line: number;
    readonly character: number;
    constructor(line: number, character: number) {
      this.line = line;
      this.character = character;
    }
    translate(_lines: number, characters: number): Position {
      return new Position(this.line, this.character + characters);
    }
  }
  class Range {
    readonly start: Position;
    constructor(start: Position) {
      this.start = start;
    }
  }
  class Diagnostic {
    readonly text: string;
    constructor({ start }: Range, message: string) {
      this.text = `${start.line}:${start.character} ${message}`;
    }
  }
  const diagnostics = {
    ...none(),
    set: (uri: FakeUri, found: readonly Diagnostic[]) =>
      window.problems.set(
        uri.path,
        found.map(({ text }) => text),
      ),
  };
  return {
    Position,
    Range,
    Diagnostic,
    DiagnosticSeverity: { Error: 0 },
    languages: { createDiagnosticCollection: () => diagnostics },
    FileSystemError,
    RelativePattern: class {},
    Uri: { joinPath: (uri: FakeUri, ...parts: string[]) => uriOf([uri.path, ...parts].join('/')) },
    workspace: {
      get isTrusted() {
        return window.isTrusted;
      },
      get workspaceFolders() {
        return window.folders.map(({ name, path }) => ({ name, uri: uriOf(path) }));
      },
      fs: {
        readFile: (uri: FakeUri) => {
          window.read.push(uri.path);
          const text = window.files.get(uri.path);
          if (text === undefined) return Promise.reject(new FileSystemError());
          return Promise.resolve(new TextEncoder().encode(text));
        },
      },
      getConfiguration: () => ({ get: (_name: string, otherwise: unknown) => otherwise, inspect: () => undefined }),
      createFileSystemWatcher: () => ({
        ...none(),
        onDidChange: (tell: () => void) => void window.watching.push(tell),
        onDidCreate: none,
        onDidDelete: none,
      }),
      onDidChangeWorkspaceFolders: none,
      onDidGrantWorkspaceTrust: none,
      onDidChangeConfiguration: none,
    },
  };
});

const { Homes } = await import('../../../src/extension/connections/homes.ts');
const { Opener } = await import('../../../src/extension/connections/opener.ts');

const config = (path: string): string => JSON.stringify({ connections: { local: { kind: 'embedded', path } } });

/** A window on these folders, each with a deltatrain.json that names the store given. */
function openWindow(folders: Record<string, string>, isTrusted = true) {
  window.isTrusted = isTrusted;
  window.folders = Object.keys(folders).map((path) => ({ name: path.slice(path.lastIndexOf('/') + 1), path }));
  window.files = new Map(Object.entries(folders).map(([path, store]) => [`${path}/deltatrain.json`, config(store)]));
  window.read = [];
  window.watching = [];
  window.problems = new Map();
  const homes = new Homes(uriOf('/storage') as never);
  const allowedPaths = { get: (_key: string, otherwise: unknown) => otherwise } as never;
  // An engine that would be started fails the test by its name.
  const secrets = {} as never;
  const opener = new Opener({
    engine: '/no/such/engine.js',
    allowedPaths,
    secrets,
    log: () => {},
    note: () => {},
    mayMigrate: () => Promise.resolve(),
    writer: { who: 'ann@desktop', tool: 'deltatrain, test', now: () => 0 },
  });
  const own = { list: () => new Map(), onDidChange: () => ({ dispose: () => {} }) };
  const connections = new Connections({ homes, opener, own, isTrusted: () => window.isTrusted });
  return { homes, connections, trainings: new Trainings(connections) };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => String(error instanceof Failure ? error.code : error),
  );

test('a folder that is trusted names its connections', async () => {
  const { connections } = openWindow({ '/w/noaa': 'store.db' });
  expect((await connections.list()).map(({ id, place }) => [id, placeText(place)])).toEqual([
    ['local', '/w/noaa/store.db'],
  ]);
});

test('nothing of a folder is read or opened before it is trusted, and the reason is told', async () => {
  const { connections, trainings } = openWindow({ '/w/noaa': 'store.db' }, false);
  expect(await connections.list()).toEqual([]);
  expect(await trainings.list()).toEqual([]);
  expect(await codeOf(connections.session('local'))).toBe('workspace.untrusted');
  expect(await codeOf(connections.session('local', { create: true }))).toBe('workspace.untrusted');
  expect(connections.open()).toEqual([]);
  expect(window.read.filter((path) => path.startsWith('/w/'))).toEqual([]);
});

test('several folders: a connection is called by its folder and its name', async () => {
  const { connections } = openWindow({ '/w/noaa': 'store.db', '/w/shop': 'store.db' });
  expect((await connections.list()).map(({ id, name, place }) => [id, name, placeText(place)])).toEqual([
    ['noaa › local', 'local', '/w/noaa/store.db'],
    ['shop › local', 'local', '/w/shop/store.db'],
  ]);
  expect(await codeOf(connections.find('local'))).toBe('connection.unknown');
  expect(placeText((await connections.find('shop › local')).place)).toBe('/w/shop/store.db');
});

test('a store outside the folder is not opened unless the user chose it', async () => {
  const { connections } = openWindow({ '/w/noaa': '../elsewhere/store.db' });
  expect(await codeOf(connections.session('local'))).toBe('connection.outside');
  expect(connections.open()).toEqual([]);
});

/** Somebody saves the file. */
function save(path: string, text: string): void {
  window.files.set(path, text);
  for (const tell of window.watching) tell();
}

const file = '/w/noaa/deltatrain.json';
const training = { connection: 'local', table: 'd.t', label: 'y', seed: 1 };
const written = (seed: number): string =>
  JSON.stringify({
    connections: { local: { kind: 'embedded', path: 'store.db' } },
    trainings: { t: { ...training, seed } },
  });

test('what a file said last holds while it cannot be read, and the problem stands where it is', async () => {
  const { homes, connections, trainings } = openWindow({ '/w/noaa': 'store.db' });
  save(file, written(1));
  expect((await trainings.list()).map(({ written: { seed } }) => seed)).toEqual([1]);
  save(file, '{\n  "connections": {"local": {"kind": "embedded" "path": "store.db"}}\n}');
  expect((await connections.list()).map(({ id }) => id)).toEqual(['local']);
  expect((await trainings.list()).map(({ written: { seed } }) => seed)).toEqual([1]);
  const [home] = await homes.read();
  expect(home?.problem?.message).toBe('noaa/deltatrain.json: line 2, column 48: A comma is missing before this.');
  expect(window.problems.get(file)).toEqual(['1:47 A comma is missing before this.']);
  save(file, written(7));
  expect((await trainings.list()).map(({ written: { seed } }) => seed)).toEqual([7]);
  expect((await homes.read())[0]?.problem).toBeNull();
  expect(window.problems.get(file)).toEqual([]);
});

test('a file that is emptied while it is written is looked at again before its connections are gone', async () => {
  const { homes, connections } = openWindow({ '/w/noaa': 'store.db' });
  await connections.list();
  save(file, '');
  const read = homes.read();
  window.files.set(file, written(3));
  expect((await read)[0]?.config.trainings['t']?.seed).toBe(3);
});

test('a file that stays empty names nothing', async () => {
  const { connections } = openWindow({ '/w/noaa': 'store.db' });
  await connections.list();
  save(file, '');
  expect(await connections.list()).toEqual([]);
});
