/** Every command of the command line, in the order in which they are listed. */
import type { Command } from './command.ts';
import { compactCommand } from './commands/compact.ts';
import { demoCommand } from './commands/demo.ts';
import { diffCommand } from './commands/diff.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { lintCommand } from './commands/lint.ts';
import { modelArchive, modelList, modelPromote, modelReproduce, modelShow } from './commands/model.ts';
import { restoreCommand } from './commands/restore.ts';
import { snapshotCreate, snapshotDelete, snapshotList } from './commands/snapshot.ts';
import { sqlCommand } from './commands/sql.ts';
import { trainCommand } from './commands/train.ts';

export const commands: readonly Command[] = [
  demoCommand,
  importCommand,
  exportCommand,
  sqlCommand,
  snapshotCreate,
  snapshotList,
  snapshotDelete,
  diffCommand,
  restoreCommand,
  trainCommand,
  modelList,
  modelShow,
  modelPromote,
  modelArchive,
  modelReproduce,
  evaluateCommand,
  lintCommand,
  compactCommand,
];
