/** Which changes a kind of reason is about. */
import type { ReasonKind } from '../data/judgement.ts';

/** `any`: labels or features, as the reason says; `copies`: new rows that are equal to others. */
export const changeOf: Readonly<Record<ReasonKind, 'labels' | 'features' | 'inserted' | 'removed' | 'copies' | 'any'>> =
  {
    labels: 'labels',
    labelPair: 'labels',
    classLost: 'labels',
    labelValues: 'labels',
    features: 'features',
    columnBeyond: 'features',
    columnOneValue: 'features',
    columnMoved: 'features',
    group: 'any',
    inserted: 'inserted',
    newBeyond: 'inserted',
    newOneValue: 'inserted',
    newLabelBeyond: 'inserted',
    labelMissing: 'inserted',
    duplicates: 'copies',
    manyRemoved: 'removed',
    classGone: 'removed',
    classLostRows: 'removed',
    valueLostRows: 'removed',
    stretchLostRows: 'removed',
    rowsReturned: 'any',
    categoriesExchanged: 'features',
    sameValuesElsewhere: 'features',
    columnRewritten: 'features',
  };
