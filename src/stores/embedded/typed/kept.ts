/** What a CHECK or a DEFAULT may hold: both are kept in the file, and are there for one row and at any time. */
import { say } from '../../../base/say.ts';
import type { Expression } from '../../../git4data/query/tree.ts';
import { isQuery, nodesOf } from '../../../git4data/query/walk.ts';
import { aggregates } from './functions/aggregates.ts';
import type { DialectContext } from './scope.ts';
import { unsupported } from './sqlText.ts';

/** `sql.unsupported` for a sub-query, a parameter, and what counts over rows. */
export function requireKept(tree: Expression): void {
  for (const node of nodesOf(tree, () => false)) {
    if (isQuery(node))
      throw unsupported(
        say('A sub-query in a CHECK or a DEFAULT'),
        say('Compare columns of the row with each other and with values.'),
      );
    if (node.kind === 'parameter')
      throw unsupported(say('A parameter in a CHECK or a DEFAULT'), say('Write the value.'));
    if (node.kind === 'call' && (node.over !== null || Object.hasOwn(aggregates, node.name)))
      throw unsupported(
        say('{0} over rows in a CHECK or a DEFAULT', node.name),
        say('Compare columns of the row with each other and with values.'),
      );
  }
}

/** The same store without a clock: a time that is kept would be that of the statement for ever. */
export const clockless = (context: DialectContext): DialectContext => ({
  ...context,
  now: () => {
    throw unsupported(
      say('The clock within a CHECK or a DEFAULT'),
      say('Write DEFAULT CURRENT_TIMESTAMP without parentheses, and compare with a fixed time in a CHECK.'),
    );
  },
});
