/** Our settings, each with its type; what VS Code holds is checked, as anything may have been typed there. */
import * as vscode from 'vscode';
import type { Environment } from '../app/config.ts';

export interface OwnConnection {
  readonly kind: 'embedded';
  readonly path: string;
  readonly environment: Environment;
  readonly readOnly: boolean;
}

interface SettingTypes {
  'train.where': 'auto' | 'panel' | 'process';
  'delta.counted': boolean;
  'lens.shown': boolean;
  'sql.files': readonly string[];
}

const fallback: SettingTypes = { 'train.where': 'auto', 'delta.counted': true, 'lens.shown': true, 'sql.files': [] };

const checks: { [K in keyof SettingTypes]: (value: unknown) => value is SettingTypes[K] } = {
  'train.where': (value): value is SettingTypes['train.where'] =>
    value === 'auto' || value === 'panel' || value === 'process',
  'delta.counted': (value): value is boolean => typeof value === 'boolean',
  'lens.shown': (value): value is boolean => typeof value === 'boolean',
  'sql.files': (value): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};

export function setting<K extends keyof SettingTypes>(name: K, scope?: vscode.ConfigurationScope): SettingTypes[K] {
  const value: unknown = vscode.workspace.getConfiguration('deltatrain', scope).get(name);
  return checks[name](value) ? value : fallback[name];
}

const environments: readonly string[] = ['development', 'staging', 'production'];

function ownConnection(value: unknown): OwnConnection | null {
  if (typeof value !== 'object' || value === null) return null;
  const { kind, path, environment, readOnly } = value as Record<string, unknown>;
  if (kind !== 'embedded' || typeof path !== 'string') return null;
  return {
    kind,
    path,
    environment: environments.includes(String(environment)) ? (environment as Environment) : 'development',
    readOnly: readOnly === true,
  };
}

/** The connections of the user's own settings; a workspace cannot set them. */
export function ownConnections(): Map<string, OwnConnection> {
  const value: unknown = vscode.workspace.getConfiguration('deltatrain').get('connections');
  const found = new Map<string, OwnConnection>();
  for (const [name, one] of Object.entries(typeof value === 'object' && value !== null ? value : {})) {
    const connection = ownConnection(one);
    if (connection) found.set(name, connection);
  }
  return found;
}

export async function keepOwnConnections(connections: ReadonlyMap<string, OwnConnection>): Promise<void> {
  const value = connections.size === 0 ? undefined : Object.fromEntries(connections);
  await vscode.workspace.getConfiguration('deltatrain').update('connections', value, vscode.ConfigurationTarget.Global);
}
