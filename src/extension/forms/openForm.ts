/** What forms are made of: loaded when the first one is opened. */
import type * as vscode from 'vscode';
import type { TableName } from '../../data/table.ts';
import type { Session } from '../connections/session.ts';
import type { ConfiguredTraining } from '../connections/trainings.ts';
import type { Target } from '../tree/target.ts';
import { FormPanel } from './formPanel.ts';
import type { FormParts, FormSubject } from './formParts.ts';
import { ImportSubject } from './importSubject.ts';
import { TrainingSubject } from './trainingSubject.ts';

export const openForm = (parts: FormParts, subject: FormSubject): FormPanel => new FormPanel(parts, subject);

/** From a file to a table and its training; fails where the file cannot be read. */
export const readImport = (
  parts: FormParts,
  file: vscode.Uri,
  target: Target,
  signal: AbortSignal,
): Promise<FormSubject> => ImportSubject.read(parts, file, target, signal);

/** A training as it is written, or, without one, a new one of a table. */
export const readTraining = (
  parts: FormParts,
  session: Session,
  table: TableName,
  configured: ConfiguredTraining | null,
  signal: AbortSignal,
): Promise<FormSubject> => TrainingSubject.read(parts, session, table, configured, signal);
