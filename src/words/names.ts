/** How things are named where a sentence needs a name: what a snapshot is of, which models need it. */
import type { SnapshotLevel } from '../data/version.ts';
import { say } from '../base/say.ts';

/** What a snapshot is of: `shop.samples`, `database shop`, `the account`. */
export function scopeText(of: {
  readonly level: SnapshotLevel;
  readonly database: string | null;
  readonly table: string | null;
}): string {
  const { level, database, table } = of;
  if (table !== null) return `${database ?? ''}.${table}`;
  if (database !== null) return say('database {0}', database);
  return level === 'cluster' ? say('the cluster') : say('the account');
}

/** `model shop/m1`, `models shop/m2, shop/m3` */
export const modelsText = (models: readonly string[]): string =>
  models.length === 1 ? say('model {0}', models[0] ?? '') : say('models {0}', models.join(', '));
