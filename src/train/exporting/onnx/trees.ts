/** A forest in the operators of ONNX: the leaf of each tree by `TreeEnsemble`, and what that leaf answers by a table. */
import { at } from '../../../base/assert.ts';
import type { ForestNode } from '../../models/forest/nodes.ts';
import type { Graph, Value } from './graph.ts';

/** Modes of a node of `TreeEnsemble` (ai.onnx.ml 5): left where the value is not above the split, or is among some. */
const notAbove = 0;
const isAmong = 6;

/** What `TreeEnsemble` is told, a list for each of its attributes. */
interface Lists {
  readonly roots: number[];
  readonly features: number[];
  readonly modes: number[];
  readonly splits: number[];
  readonly members: number[];
  readonly trueIds: number[];
  readonly trueLeafs: number[];
  readonly falseIds: number[];
  readonly falseLeafs: number[];
  readonly leafTargets: number[];
  readonly answers: number[][];
}

/** The number of a node or a leaf in its list. */
interface Place {
  readonly id: number;
  readonly isLeaf: 0 | 1;
}

function add(lists: Lists, tree: number, node: ForestNode): Place {
  if (node.kind === 'leaf') {
    lists.leafTargets.push(tree);
    lists.answers.push([...node.answer]);
    return { id: lists.answers.length - 1, isLeaf: 1 };
  }
  const id = lists.features.length;
  const { test } = node;
  lists.features.push(test.feature);
  lists.modes.push('most' in test ? notAbove : isAmong);
  lists.splits.push('most' in test ? test.most : 0);
  // A node of members takes its own from one list for all, in the order of the nodes.
  if ('among' in test) lists.members.push(...test.among, Number.NaN);
  for (const list of [lists.trueIds, lists.trueLeafs, lists.falseIds, lists.falseLeafs]) list.push(0);
  const left = add(lists, tree, node.left);
  const right = add(lists, tree, node.right);
  lists.trueIds[id] = left.id;
  lists.trueLeafs[id] = left.isLeaf;
  lists.falseIds[id] = right.id;
  lists.falseLeafs[id] = right.isLeaf;
  return { id, isLeaf: 0 };
}

/** A tree that is one leaf has a node before it all the same, as each must. */
function addTree(lists: Lists, tree: number, root: ForestNode): void {
  if (root.kind === 'fork') lists.roots.push(add(lists, tree, root).id);
  else {
    const test = { feature: 0, most: 0 };
    lists.roots.push(add(lists, tree, { kind: 'fork', test, left: root, right: root }).id);
  }
}

/** The mean over the trees of what their leaves answer: `rows` × numbers of an answer, double. `bins`: `rows` × features, float. */
export function forestMeans(graph: Graph, bins: Value, trees: readonly ForestNode[]): Value {
  const names = [
    'roots',
    'features',
    'modes',
    'splits',
    'members',
    'trueIds',
    'trueLeafs',
    'falseIds',
    'falseLeafs',
    'leafTargets',
    'answers',
  ];
  const lists = Object.fromEntries(names.map((name) => [name, []])) as unknown as Lists;
  for (const [tree, root] of trees.entries()) addTree(lists, tree, root);
  const { answers } = lists;
  const tensor = (element: 'float' | 'uint8', values: readonly number[]) => ({
    tensor: { element, dims: [values.length], values },
  });
  const numbers = at(answers, 0).length;
  // Numbers of leaves are whole and below 2^24, so that floats hold them.
  const leaves = graph.op('ai.onnx.ml:TreeEnsemble', [bins], {
    aggregate_function: { int: 1 },
    n_targets: { int: trees.length },
    post_transform: { int: 0 },
    tree_roots: { ints: lists.roots },
    nodes_featureids: { ints: lists.features },
    nodes_modes: tensor('uint8', lists.modes),
    nodes_splits: tensor('float', lists.splits),
    nodes_truenodeids: { ints: lists.trueIds },
    nodes_trueleafs: { ints: lists.trueLeafs },
    nodes_falsenodeids: { ints: lists.falseIds },
    nodes_falseleafs: { ints: lists.falseLeafs },
    ...(lists.members.length > 0 && { membership_values: tensor('float', lists.members) }),
    leaf_targetids: { ints: lists.leafTargets },
    leaf_weights: tensor(
      'float',
      answers.map((_, leaf) => leaf),
    ),
  });
  const table = graph.constant('double', [answers.length, numbers], answers.flat());
  const found = graph.op('Gather', [table, graph.cast(leaves, 'int64')], { axis: { int: 0 } });
  return graph.op('ReduceMean', [found, graph.constant('int64', [1], [1])], { keepdims: { int: 0 } });
}
