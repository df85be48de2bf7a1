/** Walks through a tree, whatever its nodes are. */
import type { Expression, Query, Select, Source } from './tree.ts';

/** What a tree is made of; a sub-query in FROM is a source, and its query another node below it. */
export type TreeNode = Expression | Query | Select | Source;

const isNode = (value: object): value is TreeNode => 'kind' in value;

/** A node and all below it, outermost first; neither those that `isLeftOut` names nor what is below them. */
export function* nodesOf(tree: unknown, isLeftOut: (node: TreeNode) => boolean): Generator<TreeNode> {
  if (typeof tree !== 'object' || tree === null) return;
  if (isNode(tree)) {
    if (isLeftOut(tree)) return;
    yield tree;
  }
  const below = tree instanceof Map || Array.isArray(tree) ? tree.values() : Object.values(tree);
  for (const one of below) yield* nodesOf(one, isLeftOut);
}

/** Whether a node is a query, and no source that holds one. */
export const isQuery = (node: TreeNode): node is Query => node.kind === 'query' && 'first' in node;
