/** Our settings, each with its type; what VS Code holds is checked, as anything may have been typed there. */
import * as vscode from 'vscode';
import { type ConnectionConfig, readConfig } from '../../app/config/config.ts';
import { writtenConnection } from '../../app/config/configEdits.ts';
import type { Disposable } from '../../base/disposable.ts';
import { Failure } from '../../base/failure.ts';

interface SettingTypes {
  'train.where': 'auto' | 'panel' | 'process';
  'delta.counted': boolean;
  'delta.countedOnServers': boolean;
  'lens.shown': boolean;
  'sql.files': readonly string[];
  'export.guardCells': boolean;
  cacheMb: number;
}

const fallback: SettingTypes = {
  'train.where': 'auto',
  'delta.counted': true,
  'delta.countedOnServers': false,
  'lens.shown': true,
  'sql.files': [],
  'export.guardCells': false,
  cacheMb: 2048,
};

const checks: { [K in keyof SettingTypes]: (value: unknown) => value is SettingTypes[K] } = {
  'train.where': (value): value is SettingTypes['train.where'] =>
    value === 'auto' || value === 'panel' || value === 'process',
  'delta.counted': (value): value is boolean => typeof value === 'boolean',
  'delta.countedOnServers': (value): value is boolean => typeof value === 'boolean',
  'lens.shown': (value): value is boolean => typeof value === 'boolean',
  'sql.files': (value): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'export.guardCells': (value): value is boolean => typeof value === 'boolean',
  cacheMb: (value): value is number => typeof value === 'number' && value >= 0,
};

/** The value of one of our settings; where somebody typed what it cannot be, its default. */
export function setting<K extends keyof SettingTypes>(name: K, scope?: vscode.ConfigurationScope): SettingTypes[K] {
  const value: unknown = vscode.workspace.getConfiguration('deltatrain', scope).get(name);
  return checks[name](value) ? value : fallback[name];
}

/** Null for what is no connection, such as one that holds a field that does not belong there. */
function ownConnection(value: unknown): ConnectionConfig | null {
  try {
    return readConfig(JSON.stringify({ connections: { own: value } }), 'settings.json').connections['own'] ?? null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** The connections of the user's own settings; a workspace cannot set them. */
function ownConnections(): Map<string, ConnectionConfig> {
  const value: unknown = vscode.workspace.getConfiguration('deltatrain').get('connections');
  const found = new Map<string, ConnectionConfig>();
  for (const [name, one] of Object.entries(typeof value === 'object' && value !== null ? value : {})) {
    const connection = ownConnection(one);
    if (connection) found.set(name, connection);
  }
  return found;
}

/** The connections of the user's own settings, and when they may have changed. */
export const ownSettings = {
  list: ownConnections,
  onDidChange: (listener: () => void): Disposable =>
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('deltatrain.connections')) listener();
    }),
};

async function keep(connections: ReadonlyMap<string, ConnectionConfig>): Promise<void> {
  const written = [...connections].map(([name, config]) => [name, writtenConnection(config)] as const);
  const value = written.length === 0 ? undefined : Object.fromEntries(written);
  await vscode.workspace.getConfiguration('deltatrain').update('connections', value, vscode.ConfigurationTarget.Global);
}

/** Writes a connection into the user's settings, in place of one of that name. */
export const keepOwnConnection = (name: string, config: ConnectionConfig): Promise<void> =>
  keep(new Map([...ownConnections(), [name, config]]));

/** Takes a connection out of the user's settings; that it is not there is no error. */
export const forgetOwnConnection = (name: string): Promise<void> =>
  keep(new Map([...ownConnections()].filter(([one]) => one !== name)));
