/** The parts that commands work with. */
import type * as vscode from 'vscode';
import type { Ask } from '../talk/ask.ts';
import type { Bindings } from '../sql/binding.ts';
import type { Forms } from '../forms/forms.ts';
import type { CheckTests } from '../checks/checkTests.ts';
import type { Connections } from '../connections/connections.ts';
import type { Trainings } from '../connections/trainings.ts';
import type { Language } from '../sql/language.ts';
import type { Overview } from '../tree/overview.ts';
import type { Panels } from '../panels/panels.ts';
import type { TrainingPanel } from '../panels/trainingPanel.ts';
import type { Pick } from '../tree/pick.ts';
import type { Runs } from '../runs/runs.ts';
import type { SqlRuns } from '../sql/sqlRuns.ts';
import type { Tell } from '../talk/tell.ts';
import type { DataTree } from '../tree/tree.ts';

/** The parts of the extension, put together once when it is activated; a command takes those it needs. */
export interface Shell {
  readonly extensionUri: vscode.Uri;
  readonly storageUri: vscode.Uri;
  readonly ask: Ask;
  readonly tell: Tell;
  readonly connections: Connections;
  readonly trainings: Trainings;
  readonly overview: Overview;
  readonly pick: Pick;
  readonly runs: Runs;
  readonly panels: Panels<TrainingPanel>;
  readonly forms: Forms;
  readonly checks: CheckTests;
  readonly tree: DataTree;
  readonly sql: SqlRuns;
  readonly bindings: Bindings;
  readonly language: Language;
}
