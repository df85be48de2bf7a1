/** Changes of deltatrain.json that keep what a person wrote in it: comments, order, the other entries. */
import { Failure } from '../../base/failure.ts';
import { jsonNesting } from '../../base/limits.ts';
import { applyEdits, type JSONPath, modify, parse } from 'jsonc-parser';
import type { Reading } from '../../data/loading/reading.ts';
import type { ConnectionConfig, TrainingConfig } from './config.ts';

const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The text, unless it nests so deep that reading it would call itself too often. */
function readable(text: string): string {
  const { deepest, beyond } = jsonNesting(text);
  if (beyond === null) return text;
  throw new Failure('limit.reached', { limit: 'jsonNesting', where: 'deltatrain.json', found: deepest });
}

const edited = (text: string, path: JSONPath, value: unknown): string =>
  applyEdits(
    text.trim() === '' ? '{}\n' : text,
    modify(text.trim() === '' ? '{}\n' : readable(text), path, value, { formattingOptions }),
  );

const defaults: Readonly<Record<string, unknown>> = {
  environment: 'development',
  readOnly: false,
  port: 6001,
  tls: 'preferred',
  statementTimeoutSeconds: 60,
};

/** As a person would write it: without what is the default anyway. */
export const writtenConnection = (config: ConnectionConfig): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).filter(([name, value]) => value !== null && (name === 'port' || value !== defaults[name])),
  );

/** Adds a connection, or changes the one of that name, field by field. */
export function withConnection(text: string, name: string, config: ConnectionConfig): string {
  const written = writtenConnection(config);
  const root: unknown = parse(readable(text));
  const path = ['connections', name];
  const known = isObject(root) && isObject(root['connections']) ? root['connections'][name] : undefined;
  if (!isObject(known) || known['kind'] !== config.kind) return edited(text, path, written);
  const fields = [...new Set([...Object.keys(known), ...Object.keys(written)])];
  return fields.reduce(
    (now, field) => (known[field] === written[field] ? now : edited(now, [...path, field], written[field])),
    text,
  );
}

/** The text of a deltatrain.json without a connection; everything else stays as a person wrote it. */
export const withoutConnection = (text: string, name: string): string => edited(text, ['connections', name], undefined);

/**
 * The text with some fields of a training changed, and the training made where it is not there: fields that are the same
 * already, and all that are not named, stay as a person wrote them.
 */
export function withTrainingFields(text: string, name: string, fields: TrainingConfig): string {
  const root: unknown = parse(readable(text));
  const path = ['trainings', name];
  const known = isObject(root) && isObject(root['trainings']) ? root['trainings'][name] : undefined;
  if (!isObject(known)) return edited(text, path, fields);
  return Object.entries(fields).reduce(
    (now, [field, value]) =>
      JSON.stringify(known[field]) === JSON.stringify(value) ? now : edited(now, [...path, field], value),
    text,
  );
}

/**
 * The text of a deltatrain.json with a training, in place of one of that name; everything else stays as a person wrote
 * it.
 */
export const withTraining = (text: string, name: string, training: TrainingConfig): string =>
  edited(text, ['trainings', name], training);

/** The text of a deltatrain.json in which it stands how files of a table are read; adding columns is decided for each file anew. */
export function withImport(text: string, connection: string, table: string, reading: Reading): string {
  const { addColumns: _added, ...kept } = reading;
  return edited(text, ['imports', connection, table], kept);
}
