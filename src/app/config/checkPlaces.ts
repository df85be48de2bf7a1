/** Where checks stand in the text of a deltatrain.json, for an editor. */
import { jsonNesting } from '../../base/limits.ts';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';

/** A check by where it is written: under a table of a connection, or under a training. */
export type CheckWay = { readonly name: string } & (
  | { readonly connection: string; readonly table: string }
  | { readonly training: string }
);

/** Its offset in UTF-16 units; null where the text has it no more, or cannot be read. */
export function checkOffset(text: string, way: CheckWay): number | null {
  if (jsonNesting(text).beyond !== null) return null;
  const root = parseTree(text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text);
  const path =
    'training' in way
      ? ['trainings', way.training, 'checks', way.name]
      : ['checks', way.connection, way.table, way.name];
  return (root && findNodeAtLocation(root, path)?.parent?.offset) ?? null;
}
