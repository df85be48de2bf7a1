/** Every command of the command line, in the order in which they are listed. */
import type { Command } from './commands/command.ts';
import { branchCreate, branchDelete, branchList } from './commands/branches/branch.ts';
import { branchMerge } from './commands/branches/merge.ts';
import { connectionTrust } from './commands/servers/trust.ts';
import { checkCommand } from './commands/checks/check.ts';
import { cacheClear } from './commands/versions/cacheClear.ts';
import { compactCommand } from './commands/versions/compact.ts';
import { recoverCommand } from './commands/versions/recover.ts';
import { bundleCommand } from './commands/bundles/bundle.ts';
import { bundleOpen } from './commands/bundles/bundleOpen.ts';
import { setupCommand } from './commands/loop/setup.ts';
import { demoCommand } from './commands/loop/demo.ts';
import { diffCommand } from './commands/data/diff.ts';
import { evaluateCommand } from './commands/models/evaluate.ts';
import { exportCommand } from './commands/data/export.ts';
import { importCommand } from './commands/data/import.ts';
import { lintCommand } from './commands/data/lint.ts';
import { logCommand } from './commands/models/log.ts';
import { modelApprovals, modelApprove } from './commands/models/approve.ts';
import { modelExport } from './commands/models/export.ts';
import { modelSuspects } from './commands/models/suspects.ts';
import { modelExclusions } from './commands/models/exclusions.ts';
import { modelArchive, modelList, modelPromote, modelReproduce, modelShow } from './commands/models/model.ts';
import { predictCommand } from './commands/models/predict.ts';
import { restoreCommand } from './commands/versions/restore.ts';
import { holdsCommand } from './commands/versions/holds.ts';
import { snapshotClean } from './commands/versions/snapshotClean.ts';
import { snapshotCreate, snapshotDelete, snapshotList } from './commands/versions/snapshot.ts';
import { sqlCommand } from './commands/data/sql.ts';
import { trainerAllow } from './commands/trainers/allow.ts';
import { trainerCheck } from './commands/trainers/check.ts';
import { trainCommand } from './commands/models/train.ts';

export const commands: readonly Command[] = [
  demoCommand,
  setupCommand,
  importCommand,
  exportCommand,
  sqlCommand,
  snapshotCreate,
  snapshotList,
  snapshotDelete,
  snapshotClean,
  branchCreate,
  branchList,
  branchMerge,
  branchDelete,
  holdsCommand,
  diffCommand,
  restoreCommand,
  checkCommand,
  trainCommand,
  modelList,
  modelShow,
  modelPromote,
  modelArchive,
  modelReproduce,
  modelApprove,
  modelApprovals,
  modelSuspects,
  modelExclusions,
  modelExport,
  evaluateCommand,
  predictCommand,
  bundleCommand,
  bundleOpen,
  logCommand,
  lintCommand,
  compactCommand,
  cacheClear,
  recoverCommand,
  connectionTrust,
  trainerAllow,
  trainerCheck,
];
