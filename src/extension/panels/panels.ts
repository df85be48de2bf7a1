/** The panels that are open: one for each training. */
import type * as vscode from 'vscode';
import { Disposables } from '../../base/disposable.ts';
import type { Show } from '../../protocol/panel.ts';
import type { Ask } from '../talk/ask.ts';
import type { Connections, OpenTraining } from '../connections/connections.ts';
import type { Overview } from '../tree/overview.ts';
import type { PanelActs } from './panelActs.ts';
import type { Runs } from '../runs/runs.ts';
import type { Tell } from '../talk/tell.ts';
import { TrainingPanel } from './trainingPanel.ts';

export interface PanelsOptions {
  readonly extensionUri: vscode.Uri;
  readonly connections: Connections;
  readonly overview: Overview;
  readonly runs: () => Runs;
  readonly acts: () => PanelActs;
  readonly ask: Ask;
  readonly tell: Tell;
}

/** Opens the panel of a training, or shows the one that is open. */
export class Panels implements vscode.Disposable {
  readonly #options: PanelsOptions;
  readonly #own = new Disposables();
  readonly #trainings = new Map<string, TrainingPanel>();

  constructor(options: PanelsOptions) {
    this.#options = options;
    const { connections } = options;
    this.#own.add(
      connections.onDidChange(() => {
        for (const panel of [...this.#trainings.values()]) if (!connections.isCurrent(panel.session)) panel.dispose();
      }),
    );
  }

  /** Opens the panel of a training, or reveals it. */
  showTraining(open: OpenTraining, show: Show | null, preserveFocus = false): TrainingPanel {
    // Another lineage (another label, key or feature) is another page.
    const key = JSON.stringify([open.session.connection.id, open.training.name, open.training.id]);
    const known = this.#trainings.get(key);
    if (known) {
      known.show(show, preserveFocus);
      return known;
    }
    const { runs, acts, ...rest } = this.#options;
    const panel = new TrainingPanel({ ...rest, runs: runs(), acts: acts(), open, show, preserveFocus });
    this.#trainings.set(key, this.#own.add(panel));
    panel.onDidDispose(() => this.#trainings.delete(key));
    return panel;
  }

  dispose(): void {
    this.#own.dispose();
  }
}
