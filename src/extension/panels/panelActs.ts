/** The commands that the pages of panels share with the tree and the palette. */
import type { Reproduction } from '../../app/models/reproduce.ts';
import type { Value } from '../../data/value.ts';
import type { RestoreOutcome, RowsShown } from '../../protocol/panel.ts';
import type { Target } from '../tree/target.ts';

/** What a page may ask for that is a command too: the same questions, the same messages. */
export interface PanelActs {
  restore(target: Target): Promise<RestoreOutcome | null>;
  createSnapshot(target: Target): Promise<string>;
  promote(target: Target): Promise<void>;
  archive(target: Target): Promise<void>;
  /** The rows of a table at a version, in the panel of results; `where`: what they are filtered by at first. */
  showRows(target: Target, where: RowsShown['where']): Promise<void>;
  /** One row through all versions. */
  showHistory(target: Target, key: readonly Value[]): Promise<void>;
  /** `hash` of the reasons that the person saw. */
  approve(target: Target, hash: string): Promise<void>;
  /** Takes a held model's delta back, or one group of its suspects. */
  revert(target: Target, group: number | null): Promise<RestoreOutcome | null>;
  trainWithout(target: Target, group: number): Promise<{ readonly run: number }>;
  editTraining(target: Target): Promise<void>;
  reproduce(target: Target, fromRoot: boolean): Promise<Reproduction>;
}
