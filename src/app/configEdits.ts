/** Changes of deltatrain.json that keep what a person wrote in it: comments, order, the other entries. */
import { applyEdits, type JSONPath, modify } from 'jsonc-parser';
import type { TrainingConfig } from './config.ts';

const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };

const edited = (text: string, path: JSONPath, value: unknown): string =>
  applyEdits(
    text.trim() === '' ? '{}\n' : text,
    modify(text.trim() === '' ? '{}\n' : text, path, value, { formattingOptions }),
  );

/** Adds an embedded store, or replaces the connection of that name. */
export const withConnection = (text: string, name: string, path: string): string =>
  edited(text, ['connections', name], { kind: 'embedded', path });

export const withoutConnection = (text: string, name: string): string => edited(text, ['connections', name], undefined);

export const withTraining = (text: string, name: string, training: TrainingConfig): string =>
  edited(text, ['trainings', name], training);
