/** What released versions left, as they left it: test/fixtures/<version>, each with a README of how it was made. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Every version whose stores, registries, documents and configurations must be read for ever. */
export const released = ['v0.1'] as const;

export type Release = (typeof released)[number];

/** A call of a released command line, and what it answered. */
export interface RecordedCall {
  readonly args: readonly string[];
  readonly stdin?: string;
  /** A file that lay in the workspace: its name and its text. */
  readonly file?: readonly [name: string, text: string];
  /** The definition in docs/cli.schema.json that describes each document. */
  readonly definition: string;
  readonly exit: number;
  readonly documents: readonly unknown[];
}

export const fixture = (version: Release, name: string): string =>
  path.join(import.meta.dirname, '../../fixtures', version, name);

export const fixtureText = (version: Release, name: string): string => readFileSync(fixture(version, name), 'utf8');

export const recordedCalls = (version: Release, name: 'history' | 'finished'): RecordedCall[] =>
  fixtureText(version, `${name}.jsonl`)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedCall);

export interface Workspace {
  readonly folder: string;
  readonly store: string;
  remove(): void;
}

/** A copy of the released store, with its configuration, in a folder called `workspace` as it was when the calls were recorded. */
export function openWorkspace(version: Release): Workspace {
  const above = mkdtempSync(path.join(tmpdir(), 'deltatrain-compat-'));
  const folder = path.join(above, 'workspace');
  const store = path.join(folder, '.deltatrain/store.db');
  mkdirSync(path.dirname(store), { recursive: true });
  writeFileSync(store, gunzipSync(readFileSync(fixture(version, 'store.db.gz'))));
  writeFileSync(path.join(folder, 'deltatrain.json'), fixtureText(version, 'deltatrain.json'));
  return { folder, store, remove: () => rmSync(above, { recursive: true, force: true }) };
}
