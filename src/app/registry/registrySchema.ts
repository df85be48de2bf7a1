/**
 * The registry's tables, in SQL that every engine understands. They live in a database of their own, so that restoring the
 * user's database cannot take them back in time. Plain SQL can read them.
 */

/** The tables of version 0.1. */
export const firstTables: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS deltatrain.trainings (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  name VARCHAR(255) NOT NULL,
  spec LONGTEXT NOT NULL
)`,
  `CREATE TABLE IF NOT EXISTS deltatrain.models (
  training VARCHAR(64) NOT NULL,
  number INT NOT NULL,
  training_name VARCHAR(255) NOT NULL,
  parent INT,
  kind VARCHAR(10) NOT NULL,
  status VARCHAR(10) NOT NULL,
  table_name VARCHAR(255) NOT NULL,
  base_name VARCHAR(64),
  base_created_at VARCHAR(30),
  base_table_id VARCHAR(64),
  snapshot_name VARCHAR(64) NOT NULL,
  snapshot_created_at VARCHAR(30) NOT NULL,
  snapshot_table_id VARCHAR(64) NOT NULL,
  row_count BIGINT NOT NULL,
  inserted BIGINT,
  updated BIGINT,
  deleted BIGINT,
  relabelled BIGINT NOT NULL,
  learner VARCHAR(20) NOT NULL,
  seed BIGINT NOT NULL,
  plan_json LONGTEXT NOT NULL,
  classes_json LONGTEXT NOT NULL,
  metrics_json LONGTEXT NOT NULL,
  guard_json LONGTEXT NOT NULL,
  slices_json LONGTEXT NOT NULL,
  epochs_json LONGTEXT NOT NULL,
  attempts_json LONGTEXT NOT NULL,
  kept INT NOT NULL,
  cost_json LONGTEXT NOT NULL,
  note LONGTEXT NOT NULL,
  kernel_sha256 VARCHAR(64) NOT NULL,
  weights_sha256 VARCHAR(64) NOT NULL,
  artifact_sha256 VARCHAR(64) NOT NULL,
  artifact_bytes BIGINT NOT NULL,
  made_by VARCHAR(255) NOT NULL,
  made_at VARCHAR(30) NOT NULL,
  tool_version VARCHAR(40) NOT NULL,
  artifact LONGBLOB NOT NULL,
  PRIMARY KEY (training, number)
)`,
  `CREATE TABLE IF NOT EXISTS deltatrain.evaluations (
  training VARCHAR(64) NOT NULL,
  number INT NOT NULL,
  snapshot_name VARCHAR(64) NOT NULL,
  snapshot_created_at VARCHAR(30) NOT NULL,
  snapshot_table_id VARCHAR(64) NOT NULL,
  slice_name VARCHAR(255) NOT NULL,
  test_rows BIGINT NOT NULL,
  accuracy DOUBLE NOT NULL,
  low DOUBLE NOT NULL,
  high DOUBLE NOT NULL,
  log_loss DOUBLE,
  PRIMARY KEY (training, number, snapshot_name, snapshot_created_at, slice_name)
)`,
  `CREATE TABLE IF NOT EXISTS deltatrain.leases (
  training VARCHAR(64) NOT NULL PRIMARY KEY,
  held_by VARCHAR(255) NOT NULL,
  run VARCHAR(64) NOT NULL,
  since_ms BIGINT NOT NULL,
  heartbeat_ms BIGINT NOT NULL,
  snapshot_name VARCHAR(64),
  snapshot_created_at VARCHAR(30)
)`,
];

/**
 * The promoted model of each lineage: at most one, by the key. A training of another name with the same id has a lineage, and a
 * promoted model, of its own.
 */
export const promotedTable = `CREATE TABLE IF NOT EXISTS deltatrain.promoted (
  training VARCHAR(64) NOT NULL,
  training_name VARCHAR(255) NOT NULL,
  number INT NOT NULL,
  PRIMARY KEY (training, training_name)
)`;

export const createDatabase = 'CREATE DATABASE IF NOT EXISTS deltatrain';
export const createMeta = `CREATE TABLE IF NOT EXISTS deltatrain.meta (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  content VARCHAR(255) NOT NULL
)`;
export const readSchemaVersion = `SELECT content FROM deltatrain.meta WHERE name = 'schemaVersion'`;

/** The columns of a model's row but its artifact, in the order in which `registryRows.ts` reads and writes them. */
export const modelColumns = [
  'training',
  'number',
  'training_name',
  'parent',
  'kind',
  'status',
  'table_name',
  'base_name',
  'base_created_at',
  'base_table_id',
  'snapshot_name',
  'snapshot_created_at',
  'snapshot_table_id',
  'row_count',
  'inserted',
  'updated',
  'deleted',
  'relabelled',
  'learner',
  'seed',
  'plan_json',
  'classes_json',
  'metrics_json',
  'guard_json',
  'slices_json',
  'epochs_json',
  'attempts_json',
  'kept',
  'cost_json',
  'note',
  'kernel_sha256',
  'weights_sha256',
  'artifact_sha256',
  'artifact_bytes',
  'made_by',
  'made_at',
  'tool_version',
] as const;

/** A column of `deltatrain.models` but the artifact. */
export type ModelColumn = (typeof modelColumns)[number];

const marks = (count: number): string => new Array(count).fill('?').join(', ');

/**
 * Reads some columns of models, and behind them two by which the status is told: the number that is promoted in its lineage where it is
 * this one's, and the guard's words where the row calls itself promoted. Up to version 1 the row alone said so. From version 3 on the
 * hash of the row is behind those, and from version 4 on, of
 * a whole model, what was said of its data.
 */
export function selectModels(columns: readonly ModelColumn[], version: number): string {
  const isPromoted = version < 2 ? "CASE WHEN m.status = 'promoted' THEN m.number END" : 'p.number';
  const join =
    version < 2
      ? ''
      : ' LEFT JOIN deltatrain.promoted p ON p.training = m.training AND p.training_name = m.training_name AND p.number = m.number';
  const [hash, hashes] =
    version < 3
      ? ['', '']
      : [', h.hash', ' LEFT JOIN deltatrain.model_hashes h ON h.training = m.training AND h.number = m.number'];
  const [judged, judgements] =
    // Long as the others: a list does not show it.
    version < 4 || !columns.includes('plan_json')
      ? ['', '']
      : [', j.data_json', ' LEFT JOIN deltatrain.judgements j ON j.training = m.training AND j.number = m.number'];
  const read = columns.map((column) => `m.${column}`).join(', ');
  return `SELECT ${read}, ${isPromoted}, CASE WHEN m.status = 'promoted' THEN m.guard_json END${hash}${judged} FROM deltatrain.models m${join}${hashes}${judgements}`;
}

export const insertModel = `INSERT INTO deltatrain.models (${modelColumns.join(', ')}, artifact) VALUES (${marks(modelColumns.length + 1)})`;

export const evaluationColumns = [
  'training',
  'number',
  'snapshot_name',
  'snapshot_created_at',
  'snapshot_table_id',
  'slice_name',
  'test_rows',
  'accuracy',
  'low',
  'high',
  'log_loss',
] as const;

export const insertEvaluations = (rows: number): string =>
  `INSERT INTO deltatrain.evaluations (${evaluationColumns.join(', ')}) VALUES ${new Array(rows).fill(`(${marks(evaluationColumns.length)})`).join(', ')}`;
const isEvaluation =
  '(training = ? AND number = ? AND snapshot_name = ? AND snapshot_created_at = ? AND slice_name = ?)';
export const deleteEvaluations = (rows: number): string =>
  `DELETE FROM deltatrain.evaluations WHERE ${new Array(rows).fill(isEvaluation).join(' OR ')}`;
