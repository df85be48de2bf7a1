/** Three-valued truth of a row: comparisons, and what joins them. */
import type { ConditionRow, Pair } from './operands.ts';

/** Whether it holds for a row; null where that is open. */
export type Holds = (row: ConditionRow) => boolean | null;

/** What each operator takes of the order of two values. */
export const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0 && !Number.isNaN(order),
  '!=': (order) => order !== 0 && !Number.isNaN(order),
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Whether it asks which of two is larger. */
export const isOrdering = (operator: string): boolean =>
  operator.startsWith('<') ? operator !== '<>' : operator.startsWith('>');

const not = (value: boolean | null): boolean | null => (value === null ? null : !value);

/** False where one is false, else open where one is open. */
export const and =
  (tests: readonly Holds[]): Holds =>
  (row) => {
    let isOpen = false;
    for (const test of tests) {
      const found = test(row);
      if (found === false) return false;
      isOpen ||= found === null;
    }
    return isOpen ? null : true;
  };

/** True where one is true, else open where one is open. */
export const or =
  (tests: readonly Holds[]): Holds =>
  (row) => {
    let isOpen = false;
    for (const test of tests) {
      const found = test(row);
      if (found === true) return true;
      isOpen ||= found === null;
    }
    return isOpen ? null : false;
  };

/** Open stays open. */
export const negated =
  (test: Holds): Holds =>
  (row) =>
    not(test(row));

/** Open where one is open, else true where an odd number is true. */
export const xor =
  (tests: readonly Holds[]): Holds =>
  (row) => {
    const found = tests.map((test) => test(row));
    return found.includes(null) ? null : found.filter((one) => one === true).length % 2 === 1;
  };

/** Two operands by their order; open where one of them is NULL. */
export const ordered =
  ({ left, right, compare }: Pair, accept: (order: number) => boolean): Holds =>
  (row) => {
    const [a, b] = [left.read(row), right.read(row)];
    return a === null || b === null ? null : accept(compare(a, b));
  };

/** `<=>`: NULL is NULL. */
export const sameOrBothNull =
  ({ left, right, compare }: Pair): Holds =>
  (row) => {
    const [a, b] = [left.read(row), right.read(row)];
    return a === null || b === null ? a === b : compare(a, b) === 0;
  };
