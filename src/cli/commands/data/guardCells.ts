/** `--guard-cells`: a CSV that is made to be opened in a spreadsheet. */
import { later } from '../../../base/say.ts';
import path from 'node:path';
import { Failure } from '../../../base/failure.ts';
import type { CommandOption, Invocation } from '../command.ts';

/** `--guard-cells`, as an option of a command. */
export const guardOption = {
  type: 'boolean',
  about: later(
    "Of CSV: what a spreadsheet would run as a formula (=, +, -, @) gets a ' before it. Without it cells are as they are, which a later import needs",
  ),
} as const satisfies CommandOption;

/** `usage.wrong` for a file that no spreadsheet takes for cells, where the option would say something untrue. */
export function wantsGuard(invocation: Invocation, file: string): boolean {
  if (!invocation.has('guard-cells')) return false;
  if (/^\.(?:csv|tsv)$/i.test(path.extname(file))) return true;
  throw new Failure('usage.wrong', {
    message: '--guard-cells is for a .csv or .tsv file: the cells of another format are no formulas. Leave it out.',
  });
}
