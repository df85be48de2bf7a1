/** The commands that the pages of panels share with the tree and the palette. */
import type { Reproduction } from '../../app/models/reproduce.ts';
import type { RestoreOutcome } from '../../protocol/panel.ts';
import type { Target } from '../tree/target.ts';

/** What a page may ask for that is a command too: the same questions, the same messages. */
export interface PanelActs {
  restore(target: Target): Promise<RestoreOutcome | null>;
  createSnapshot(target: Target): Promise<string>;
  promote(target: Target): Promise<void>;
  archive(target: Target): Promise<void>;
  editTraining(target: Target): Promise<void>;
  reproduce(target: Target, fromRoot: boolean): Promise<Reproduction>;
}
