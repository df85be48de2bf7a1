/** What pages of panels may ask for, by the commands that do it; loaded when a page first asks. */
import type { PanelActs } from '../panels/panelActs.ts';
import { archive, promote, reproduce } from './model.ts';
import { approve, revert, trainWithout } from './restoring/heldModel.ts';
import type { Shell } from './shell.ts';
import { restore } from './snapshot.ts';
import { createSnapshot, showRowHistory, showTableRows } from './table.ts';
import { editTraining } from './training.ts';

/** The acts of this window's pages. */
export const actsOf = (shell: Shell): PanelActs => ({
  restore: (target) => restore(shell, target),
  createSnapshot: (target) => createSnapshot(shell, target),
  promote: (target) => promote(shell, target),
  archive: (target) => archive(shell, target),
  approve: (target, hash) => approve(shell, target, hash),
  revert: (target, group) => revert(shell, target, group),
  trainWithout: (target, group) => trainWithout(shell, target, group),
  reproduce: (target, fromRoot) => reproduce(shell, target, fromRoot),
  showRows: (target, where) => showTableRows(shell, target, where),
  showHistory: (target, key) => showRowHistory(shell, target, key),
  editTraining: async (target) => void (await editTraining(shell, target)),
});
