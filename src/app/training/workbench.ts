/** What the training use cases work with; the shell and the command line put it together. */
import type { Store } from '../../data/store.ts';
import type { Trainer } from '../../data/trainer.ts';
import type { Clock } from './clock.ts';
import type { Here } from '../registry/holder.ts';
import type { Registry } from '../registry/registry.ts';

/** The ports of a run and who it is for; the registry may lie in another store than the table. */
export interface Workbench {
  /** Where the table is. */
  readonly store: Store;
  readonly registry: Registry;
  readonly trainer: Trainer;
  readonly clock: Clock;
  /** What a colleague would call this program: `ann@laptop, panel`. Stored with the model and in the lease. */
  readonly owner: string;
  readonly toolVersion: string;
  /** This process, so that a run that died on this machine is not waited for; without it every other run is. */
  readonly here?: Here;
}
