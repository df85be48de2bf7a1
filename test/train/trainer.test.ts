import { describe, expect, test } from 'vitest';
import { changedTable, shop, shopRows } from './data.ts';
import { caseOf, runCase } from './support.ts';

const first = shop(0, 3_000);
const second = changedTable(first, shopRows(3_000, 3_600));

describe('a full fit and a run on the delta', () => {
  test('both learn, and the child is compared with its parent twice', async () => {
    const full = await runCase(caseOf(first));
    expect(full.metrics.accuracy).toBeGreaterThan(0.85);
    expect(full.guard).toEqual({ verdict: 'none', onParent: null, onSnapshot: null, onAnchor: null });
    const delta = await runCase(caseOf(second, { before: first }), { parent: full.artifact });
    expect(delta.metrics.accuracy).toBeGreaterThan(0.85);
    expect(delta.guard.onParent?.n).toBeLessThan(delta.guard.onSnapshot?.n ?? 0);
    expect(delta.guard.verdict).not.toBe('worse');
  });
});
