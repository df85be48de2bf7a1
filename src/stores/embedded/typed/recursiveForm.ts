/** The form of a recursive query: what MySQL refuses, and what SQLite would answer otherwise or in words of its own, is refused by name. */
import { say } from '../../../base/say.ts';
import type { Call, NamedQuery, Select, SetOperator } from '../../../git4data/query/tree.ts';
import { isQuery, nodesOf, type TreeNode } from '../../../git4data/query/walk.ts';
import { aggregates } from './functions/aggregates.ts';
import { unsupported } from './sqlText.ts';

const isUse = (node: TreeNode, name: string): boolean =>
  node.kind === 'table' && node.database === null && node.name.toLowerCase() === name.toLowerCase();

/** How often a query of this name is read in a part; one that names another query so is left out. */
function usesIn(part: unknown, name: string): number {
  const isOther = (node: TreeNode): boolean =>
    isQuery(node) && node.named.some((one) => one.name.toLowerCase() === name.toLowerCase());
  return [...nodesOf(part, isOther)].filter((node) => isUse(node, name)).length;
}

export const namesItself = ({ name, query }: NamedQuery): boolean =>
  usesIn([query.first, query.rest, query.named], name) > 0;

interface RecursiveParts {
  readonly first: Select;
  readonly step: Select;
  readonly operator: SetOperator;
}

/** Its two parts, of which the second reads the query itself, once and in FROM. `sql.unsupported`. */
export function recursiveParts({ name, query }: NamedQuery): RecursiveParts {
  const { first, rest, order, limit, offset, named } = query;
  const [second] = rest;
  if (named.length > 0)
    throw unsupported(
      say('WITH within the recursive query {0}', name),
      say('Name that query before {0}, behind the same WITH.', name),
    );
  if (!second)
    throw unsupported(
      say('The recursive query {0} of one part', name),
      say('Write first UNION [ALL] step, where step reads {0}.', name),
    );
  if (rest.length > 1)
    throw unsupported(
      say('The recursive query {0} of {1} parts', name, rest.length + 1),
      say('Write first UNION [ALL] step: several first parts are one as SELECT * FROM (… UNION ALL …) AS q.'),
    );
  if (order.length > 0 || limit || offset)
    throw unsupported(
      say('ORDER BY or LIMIT in the recursive query {0}', name),
      say('Put it behind the query that reads {0}.', name),
    );
  const { operator, member: step } = second;
  if (operator !== 'UNION' && operator !== 'UNION ALL')
    throw unsupported(say('{0} in the recursive query {1}', operator, name), say('Write first UNION [ALL] step.'));
  if (first.kind !== 'select' || step.kind !== 'select')
    throw unsupported(
      say('A part in parentheses in the recursive query {0}', name),
      say('Leave the parentheses out; ORDER BY and LIMIT stand behind the query that reads {0}.', name),
    );
  if (usesIn(first, name) > 0)
    throw unsupported(
      say('{0} in its own first part', name),
      say('Write first UNION [ALL] step, where step reads {0}.', name),
    );
  requireStep(step, name);
  return { first, step, operator };
}

function requireStep(step: Select, name: string): void {
  const at = step.from.findIndex(({ source }) => source.kind === 'table' && isUse(source, name));
  if (at < 0 || usesIn(step, name) > 1)
    throw unsupported(
      say('{0} read more than once or in a sub-query of its own recursive part', name),
      say('Read it once, in the FROM of that part.'),
    );
  const isOuter = step.from.some(
    ({ join }, i) => join === 'full' || (i === at && join === 'left') || (i > at && join === 'right'),
  );
  if (isOuter)
    throw unsupported(
      say('{0} on the side of an outer join that may have no row', name),
      say('Put {0} on the other side.', name),
    );
  const over = overRows(step);
  if (over !== null)
    throw unsupported(
      say('{0} in the recursive part of {1}', over, name),
      say('Compute it in the query that reads {0}.', name),
    );
}

/** What looks at several rows at once, in words; SQLite goes from row to row. */
function overRows(step: Select): string | null {
  if (step.distinct) return 'DISTINCT';
  if (step.group.length > 0) return 'GROUP BY';
  const found = [...nodesOf(step, isQuery)].find(
    (node): node is TreeNode & Call =>
      node.kind === 'call' && (node.over !== null || Object.hasOwn(aggregates, node.name)),
  );
  return found?.name ?? null;
}
