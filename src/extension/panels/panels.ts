/** The panels that are open: one for each training. */
import { type Disposable, Disposables } from '../../base/disposable.ts';
import type { Event } from '../../base/event.ts';
import type { Show } from '../../protocol/panel.ts';
import type { Connections } from '../connections/connections.ts';
import type { Session } from '../connections/session.ts';
import type { OpenTraining } from '../connections/trainings.ts';

/** The panel of one training, as far as it is kept here. */
export interface OpenPanel extends Disposable {
  readonly session: Session;
  readonly onDidDispose: Event<void>;
  /** True of the page of this lineage: another label, key or feature is another page. */
  isOf(open: OpenTraining): boolean;
  /** Shows the training as it was opened anew. */
  take(open: OpenTraining): void;
  show(show: Show | null, preserveFocus: boolean): void;
}

/** What a new panel is of, and what it shows first. */
export interface PanelWanted {
  readonly open: OpenTraining;
  readonly show: Show | null;
  readonly preserveFocus: boolean;
}

export interface PanelsOptions<Panel> {
  readonly connections: Pick<Connections, 'onDidChange' | 'isCurrent'>;
  readonly make: (wanted: PanelWanted) => Panel;
}

/** Opens the panel of a training, or shows the one that is open. */
export class Panels<Panel extends OpenPanel> implements Disposable {
  readonly #options: PanelsOptions<Panel>;
  readonly #own = new Disposables();
  readonly #trainings = new Set<Panel>();

  constructor(options: PanelsOptions<Panel>) {
    this.#options = options;
    const { connections } = options;
    this.#own.add(
      connections.onDidChange(() => {
        for (const panel of [...this.#trainings]) if (!connections.isCurrent(panel.session)) panel.dispose();
      }),
    );
  }

  /** Opens the panel of a training, or reveals it. */
  showTraining(open: OpenTraining, show: Show | null, preserveFocus = false): Panel {
    const known = [...this.#trainings].find((panel) => panel.isOf(open));
    if (known) {
      known.take(open);
      known.show(show, preserveFocus);
      return known;
    }
    const panel = this.#options.make({ open, show, preserveFocus });
    this.#trainings.add(this.#own.add(panel));
    panel.onDidDispose(() => this.#trainings.delete(panel));
    return panel;
  }

  dispose(): void {
    this.#own.dispose();
  }
}
