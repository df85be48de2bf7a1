/** The parts that commands work with. */
import type * as vscode from 'vscode';
import type { Ask } from './ask.ts';
import type { Bindings } from './binding.ts';
import type { Connections } from './connections.ts';
import type { Language } from './language.ts';
import type { Overview } from './overview.ts';
import type { Panels } from './panels.ts';
import type { Pick } from './pick.ts';
import type { Runs } from './runs.ts';
import type { SqlRuns } from './sqlRuns.ts';
import type { Tell } from './tell.ts';
import type { DataTree } from './tree.ts';

export interface Shell {
  readonly extensionUri: vscode.Uri;
  readonly storageUri: vscode.Uri;
  readonly ask: Ask;
  readonly tell: Tell;
  readonly connections: Connections;
  readonly overview: Overview;
  readonly pick: Pick;
  readonly runs: Runs;
  readonly panels: Panels;
  readonly tree: DataTree;
  readonly sql: SqlRuns;
  readonly bindings: Bindings;
  readonly language: Language;
}
