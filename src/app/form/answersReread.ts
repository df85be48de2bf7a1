/** What becomes of the answers of a form when its file is read another way, which may give it other columns. */
import type { FormAnswers, FormColumn } from '../../protocol/form.ts';
import { proposeColumns } from './proposeAnswers.ts';

/** The columns as they are by now. */
interface Found {
  readonly columns: readonly FormColumn[];
  readonly keys: readonly (readonly string[])[];
  readonly rows: number;
}

/** Answers about columns go on where these are called as before; for others come new proposals. `before`: names of the columns. */
export function answersReread(answers: FormAnswers, before: readonly string[], found: Found): FormAnswers {
  const names = found.columns.map(({ name }) => name);
  if (before.length === names.length && names.every((name) => before.includes(name))) return answers;
  const proposed = proposeColumns(found.columns, found.keys, found.rows);
  const isThere = (name: string): boolean => names.includes(name);
  const key = answers.key.length > 0 && answers.key.every(isThere) ? answers.key : proposed.key;
  const label = answers.label !== null && isThere(answers.label) ? answers.label : proposed.label;
  const wasLeftOut = (name: string): boolean => before.includes(name) && !answers.features.includes(name);
  return {
    ...answers,
    key,
    label,
    types: Object.fromEntries(Object.entries(answers.types).filter(([name]) => isThere(name))),
    slices: answers.slices.filter(isThere),
    features: proposed.features.filter((name) => name !== label && !wasLeftOut(name)),
  };
}
