/** A sample as the demo walks through it: what arrives, and what goes wrong in the end. */
import { say } from '../../base/say.ts';
import type { Store } from '../../data/store.ts';
import type { TableName } from '../../data/table.ts';
import { arriveChurn, churnTable, churnTraining, churnVersions, createChurn, spoilChurn } from './churn.ts';
import { arrive, badImport, createSample, sampleTable, sampleTraining, sampleVersions } from './sample.ts';
import { countText } from '../../words/numbers.ts';

/** What arrives at once; a model is made of each. */
export interface Arrival {
  /** In English; said when it is shown. */
  readonly what: string;
  readonly come: (store: Store, signal: AbortSignal) => Promise<unknown>;
}

/** A sample of one table and one training. */
export interface Story {
  readonly training: string;
  readonly table: TableName;
  /** `table.exists` when the store has the sample already. */
  readonly prepare: (store: Store, signal: AbortSignal) => Promise<void>;
  /** Oldest first. */
  readonly arrivals: readonly Arrival[];
  /** The bad import, openly made up; how many rows it changed. */
  readonly spoil: (store: Store) => Promise<number>;
  readonly beginText: (place: string) => string;
  readonly spoilText: (rows: number) => string;
}

/** Daily weather of two cities, as it really arrived. `csv`: the shipped file. */
export const weatherStory = (csv: string): Story => ({
  training: sampleTraining,
  table: sampleTable,
  prepare: (store, signal) => createSample(store, csv, signal),
  arrivals: sampleVersions.map((version) => ({ what: version.what, come: (store) => arrive(store, version) })),
  spoil: badImport,
  beginText: (place) => say('Daily weather of two cities arrives in noaa.weather ({0}):', place),
  spoilText: (rows) =>
    say(
      '\nA bad import (made up): New York 2014 arrives again with rain and sun exchanged. {0} rows were updated.',
      countText(rows),
    ),
});

/** 20,000 made-up customers, 3 % of them at a time. */
export const churnStory: Story = {
  training: churnTraining,
  table: churnTable,
  prepare: createChurn,
  arrivals: churnVersions.map((version) => ({
    what: version.what,
    come: (store, signal) => arriveChurn(store, version, signal),
  })),
  spoil: spoilChurn,
  beginText: (place) => say('Customers (made up) arrive in telco.customers ({0}):', place),
  spoilText: (rows) =>
    say(
      '\nA bad import (made up): some customers of West arrive again with their charge in cents. {0} rows were updated.',
      countText(rows),
    ),
};
