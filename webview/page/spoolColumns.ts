/** The columns of a spool as a look orders them, and what tells rows that have the same in a cell. */
import { changeAt } from '../../src/data/change.ts';
import { cellAt } from '../../src/data/page.ts';
import { sameValue, textOf, type Value } from '../../src/data/value.ts';
import type { CellFilter, SpoolPage } from '../../src/protocol/engine.ts';
import type { SpoolInfo } from '../../src/protocol/panel.ts';
import { say } from '../../src/base/say.ts';
import type { Look, Side } from './state.ts';

/** What a side of the split is called. */
export const sideWord = (side: Side): string =>
  side === 'test' ? say('test') : side === 'validation' ? say('validation') : say('train');

/** The columns that a look shows, in its order: the key, then what changed most, then the rest. */
export function shownColumns(spool: SpoolInfo, look: Look | undefined): readonly number[] {
  const all = spool.columns.map((_, column) => column);
  const changes = look?.changes;
  if (!changes || !changes.some((rows) => rows > 0)) return all;
  const key = all.slice(0, spool.keyColumns);
  const others = all.slice(spool.keyColumns);
  const changed = others.filter((column) => (changes[column] ?? 0) > 0);
  const most = changed.sort((a, b) => (changes[b] ?? 0) - (changes[a] ?? 0) || a - b);
  return [...key, ...most, ...(look.onlyChanged ? [] : others.filter((column) => !most.includes(column)))];
}

/** What tells the rows that have the same in that cell. */
export function cellFilterOf({ page, delta }: SpoolPage, index: number, column: number): CellFilter | null {
  const shownText = (value: Value): string | null => (value === null ? null : textOf(value));
  if (page) {
    const cells = page.cells[column];
    return cells ? { kind: 'is', column, value: shownText(cellAt(cells, index)) } : null;
  }
  if (!delta) return null;
  const { before, after } = changeAt(delta, index);
  const [was, now] = [before?.[column] ?? null, after?.[column] ?? null];
  if (before && after && !sameValue(was, now))
    return { kind: 'became', column, from: shownText(was), to: shownText(now) };
  return { kind: 'is', column, value: shownText(after ? now : was) };
}
