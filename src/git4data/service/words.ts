/** Numbers, ages and counts as the editor shows them. */
import type { CatalogDelta, CatalogSnapshot } from '../catalog.ts';

/** `103000` as `103,000`, in every locale the same. */
const countText = (n: number): string => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

export const rowsText = (n: number): string => `${countText(n)} ${n === 1 ? 'row' : 'rows'}`;

export const deltaText = (delta: Pick<CatalogDelta, 'inserted' | 'updated' | 'deleted'>): string =>
  `+${countText(delta.inserted)} ~${countText(delta.updated)} −${countText(delta.deleted)}`;

const steps: readonly (readonly [number, string])[] = [
  [365 * 86_400_000, 'year'],
  [30 * 86_400_000, 'month'],
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
];

/** `3 days ago`; times are milliseconds since 1970. */
export function ageText(then: number, now: number): string {
  const passed = Math.max(0, now - then);
  for (const [length, unit] of steps) {
    const n = Math.floor(passed / length);
    if (n >= 1) return `${n} ${unit}${n === 1 ? '' : 's'} ago`;
  }
  return 'just now';
}

/** What a snapshot is of: `shop.samples`, `database shop`. */
export function scopeText(snapshot: CatalogSnapshot): string {
  if (snapshot.table !== null) return `${snapshot.database ?? ''}.${snapshot.table}`;
  return snapshot.database === null ? `the ${snapshot.level}` : `database ${snapshot.database}`;
}

export const modelsText = (models: readonly string[]): string =>
  models.length === 1 ? `model ${models[0] ?? ''}` : `models ${models.join(', ')}`;
