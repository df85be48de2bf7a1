/** Which columns are judged, and how their cells are read: the features as the parent's coder reads them, slices and key by their types. */
import { cellAt, type RowPage } from '../../data/page.ts';
import type { FeatureKind, Plan } from '../../data/training.ts';
import type { Value } from '../../data/value.ts';
import { type BaseFacts, factsOf } from '../../judge/facts/baseFacts.ts';
import type { ChangesWay } from '../../judge/rows/changedRows.ts';
import type { Judged, JudgedColumn } from '../../judge/rows/columns.ts';
import type { CoderState } from '../encode/coder.ts';
import { guessKind } from '../encode/guess.ts';
import { rawColumn } from '../encode/raw.ts';

/** Rows that a guess of a column's kind looks at. */
export const guessRows = 4_096;

/** What a column of bytes is to the judge: its values are alike or not. */
function kindOf(name: string, type: string, values: readonly Value[]): FeatureKind {
  try {
    return guessKind(name, type, values);
  } catch {
    return 'category';
  }
}

/** The columns that are judged, each once, with the part that it plays. */
function rolesOf(plan: Plan, key: readonly string[]): Map<string, JudgedColumn['role']> {
  const roles = new Map<string, JudgedColumn['role']>();
  for (const name of key) roles.set(name, 'key');
  for (const name of plan.slices) roles.set(name, 'slice');
  for (const { name } of plan.features) roles.set(name, 'feature');
  roles.delete(plan.label);
  return roles;
}

/** The kinds of columns from the first rows of a table; the plan says some. */
export function wayOfRows(plan: Plan, key: readonly string[], pages: readonly RowPage[]): Judged {
  const columns = [...rolesOf(plan, key)].map(([name, role]): JudgedColumn => {
    const said = plan.features.find((feature) => feature.name === name)?.kind;
    const values: Value[] = [];
    let type = '';
    for (const page of pages) {
      const place = page.columns.findIndex((column) => column.name === name);
      const cells = page.cells[place];
      if (!cells) continue;
      type = page.columns[place]?.type ?? '';
      for (let i = 0; i < page.rows && values.length < guessRows; i++) values.push(cellAt(cells, i));
    }
    return { name, role, kind: said ?? kindOf(name, type, values), clip: null };
  });
  return { columns, label: plan.label, task: plan.task, read: rawColumn };
}

/** Where the parent's encoder clips a number. */
function clipOf(state: CoderState, name: string): JudgedColumn['clip'] {
  if ('form' in state) return null;
  const feature = state.features.find((one) => one.name === name);
  // What is told from a base has another zero than the facts.
  return feature?.kind === 'number' && feature.base === undefined ? { mean: feature.mean, sd: feature.sd } : null;
}

/** Of a delta: as the facts of its base were counted. `parent`: the plan and the coder of the model that is asked. */
export function wayOfChanges(
  plan: Plan,
  facts: BaseFacts,
  parent: { readonly plan: Pick<Plan, 'test' | 'validation'>; readonly state: CoderState },
): ChangesWay {
  const roles = rolesOf(
    plan,
    facts.columns.flatMap(({ name, role }) => (role === 'key' ? [name] : [])),
  );
  const columns = [...roles].flatMap(([name, role]): JudgedColumn[] => {
    const known = factsOf(facts, name);
    return known ? [{ name, role, kind: known.kind, clip: clipOf(parent.state, name) ?? known.clip }] : [];
  });
  const { test, validation } = parent.plan;
  return { columns, label: plan.label, task: plan.task, read: rawColumn, unseen: { test, validation } };
}
