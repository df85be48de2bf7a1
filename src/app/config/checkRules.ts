/** Checks as deltatrain.json writes them: what must hold of a table, of what changed in it, and of a training's newest model. */

/** What is not done while a check does not hold. */
export type Gate = 'training' | 'merge';

interface Gated {
  readonly before?: readonly Gate[];
}

/** Of the rows of a table, or of those of which a condition holds. */
export type RowsRule = Gated & { readonly where?: string } & (
    | { readonly kind: 'rows'; readonly min?: number; readonly max?: number }
    | { readonly kind: 'key'; readonly columns: readonly string[] }
    | {
        readonly kind: 'range';
        readonly column: string;
        readonly min?: number | string;
        readonly max?: number | string;
      }
    | { readonly kind: 'values'; readonly column: string; readonly values: readonly (string | number | boolean)[] }
    | { readonly kind: 'missing'; readonly column: string; readonly maxShare?: number }
  );

/** A query that must return nothing; `{table}` in it stands for the table. */
export type QueryRule = Gated & { readonly kind: 'sql'; readonly sql: string };

/** Of the rows that were there at a snapshot, at most a share is gone. */
export type DeletesRule = Gated & { readonly kind: 'deletes'; readonly maxShare: number; readonly from?: string };

/** What changed since the newest model is not suspect. */
export type DataRule = Gated & { readonly kind: 'data' };

/** How well a model does; `slice`: on each slice of that column. */
export interface QualityRule {
  readonly kind: 'quality';
  readonly metric?: string;
  readonly min?: number;
  readonly max?: number;
  readonly slice?: string;
  readonly model?: 'newest' | 'promoted';
}

export interface NotWorseRule {
  readonly kind: 'notWorse';
}

/** Of a table. */
export type TableRule = RowsRule | QueryRule | DeletesRule;

/** Of a training. */
export type CheckRule = TableRule | DataRule | QualityRule | NotWorseRule;

/** By connection, then by `db.t`, then by names of a person's own. */
export type ChecksByTable = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, TableRule>>>>>>;

/** Whether something is not done while it does not hold. */
export const isBefore = (rule: CheckRule, gate: Gate): boolean =>
  'before' in rule && rule.before !== undefined && rule.before.includes(gate);
