/** What every page asks for its grid, answered. */
import * as vscode from 'vscode';
import { Failure } from '../../base/failure.ts';
import type { GridContract } from '../../protocol/panelContracts.ts';
import type { Answers } from '../../protocol/rpc.ts';
import type { Ask } from '../talk/ask.ts';
import type { Tell } from '../talk/tell.ts';
import type { PanelSpools } from './panelSpools.ts';

/** All calls of a grid over `spools`; what the page shows from the start is its own, and whose rows they are. */
export function gridAnswers(
  spools: PanelSpools,
  ask: Ask,
  tell: Tell,
): Omit<Answers<GridContract>, 'panel/ready' | 'row/history'> {
  return {
    'spool/page': (p, signal) => spools.page(p, signal),
    'spool/distribution': (p, signal) => spools.distribution(p, signal),
    'spool/changes': ({ id }, signal) => spools.changes(id, signal),
    'spool/pairs': (p, signal) => spools.pairs(p, signal),
    'spool/export': (p) => orNull(() => spools.export(p, ask, tell)),
    'text/copy': async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return null;
    },
  };
}

/** What a call that asks the user answers when the user said no. */
export async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (Failure.is(error, 'cancelled')) return null;
    throw error;
  }
}
