/** How a function of MySQL's is written: how many arguments it takes, and what becomes of them. */
import type { Expression } from '../../../../git4data/query/tree.ts';
import type { Operand } from '../operand.ts';
import type { Host } from '../scope.ts';

/** A call whose arguments have their types. */
export interface Called {
  readonly host: Host;
  readonly name: string;
  readonly args: readonly Operand[];
  readonly trees: readonly Expression[];
  readonly word: string | null;
  /** The text of the call, for sentences. */
  readonly where: string;
}

export interface FunctionForm {
  readonly least: number;
  readonly most: number;
  readonly make: (called: Called) => Operand;
}

export type FunctionTable = Readonly<Record<string, FunctionForm>>;

/** A function of so many arguments. */
export const takes = (least: number, most: number, make: FunctionForm['make']): FunctionForm => ({ least, most, make });

/** The argument at a place, which the table's count promises. */
export const arg = ({ args }: Pick<Called, 'args'>, i: number): Operand => args[i] as Operand;
