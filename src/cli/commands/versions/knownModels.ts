/** The models that a store's versions may be needed by: of its own registry, and of every other that is configured. */
import { registryConnection } from '../../../app/config/config.ts';
import { Registry } from '../../../app/registry/registry.ts';
import type { Store } from '../../../data/store.ts';
import { findConfig } from '../../connection/foundConfig.ts';
import type { Invocation } from '../command.ts';

/**
 * The registries, each once. A registry of the file that cannot be opened fails the command: what is in it might need what
 * the command is about.
 */
export async function registriesBeside(
  invocation: Invocation,
  opened: { readonly name: string; readonly store: Store },
): Promise<Registry[]> {
  const config = findConfig(invocation.cwd)?.config;
  const names = new Set<string>();
  for (const [training, { connection }] of Object.entries(config?.trainings ?? {})) {
    const registry = config ? registryConnection(config, training) : connection;
    if (registry !== connection && registry !== opened.name) names.add(registry);
  }
  const others: Registry[] = [];
  for (const name of names) others.push(new Registry((await invocation.open({ beside: name })).store));
  return [new Registry(opened.store), ...others];
}
