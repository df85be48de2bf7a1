/** The models that a store's versions may be needed by: of its own registry, and of every other that is configured. */
import { Registry } from '../../../app/registry/registry.ts';
import type { Store } from '../../../data/store.ts';
import type { Invocation } from '../command.ts';
import { recordWriter, registriesElsewhere } from '../record.ts';

/**
 * The registries, each once. A registry of the file that cannot be opened fails the command: what is in it might need what
 * the command is about. One that was not made yet needs nothing.
 */
export async function registriesBeside(
  invocation: Invocation,
  opened: { readonly name: string; readonly store: Store },
): Promise<Registry[]> {
  const others: Registry[] = [];
  for (const beside of registriesElsewhere(invocation, opened.name, null))
    others.push(new Registry((await invocation.open({ beside })).store, undefined, recordWriter));
  return [new Registry(opened.store, undefined, recordWriter), ...others];
}
