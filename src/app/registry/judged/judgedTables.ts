/** The tables of version 4 of the registry: what was said of data, how models were settled, and what people have allowed, left out and taken back. */

/** `facts`: what was counted of the rows at the model's snapshot, in the judge's own form; NULL where it was not kept. */
const judgementsTable = `CREATE TABLE IF NOT EXISTS deltatrain.judgements (
  training VARCHAR(64) NOT NULL,
  number INT NOT NULL,
  data_json LONGTEXT NOT NULL,
  facts LONGBLOB,
  PRIMARY KEY (training, number)
)`;

/** Why the status of a model changed, the first time and every time after: two who settle it at once write the same `seq`. */
const settledTable = `CREATE TABLE IF NOT EXISTS deltatrain.settled (
  training VARCHAR(64) NOT NULL,
  number INT NOT NULL,
  seq INT NOT NULL,
  reason VARCHAR(20) NOT NULL,
  was VARCHAR(10) NOT NULL,
  cause VARCHAR(64) NOT NULL,
  note LONGTEXT NOT NULL,
  who VARCHAR(255) NOT NULL,
  happened_at VARCHAR(30) NOT NULL,
  PRIMARY KEY (training, number, seq)
)`;

const approvalsTable = `CREATE TABLE IF NOT EXISTS deltatrain.approvals (
  training VARCHAR(64) NOT NULL,
  id INT NOT NULL,
  training_name VARCHAR(255) NOT NULL,
  number INT NOT NULL,
  kind VARCHAR(40) NOT NULL,
  column_name VARCHAR(255),
  label_json LONGTEXT NOT NULL,
  slice_json LONGTEXT NOT NULL,
  direction VARCHAR(10) NOT NULL,
  effect_size DOUBLE NOT NULL,
  row_share DOUBLE NOT NULL,
  rounds INT NOT NULL,
  note LONGTEXT NOT NULL,
  who VARCHAR(255) NOT NULL,
  happened_at VARCHAR(30) NOT NULL,
  revoked_at VARCHAR(30),
  revoked_by VARCHAR(255),
  PRIMARY KEY (training, id)
)`;

const exclusionsTable = `CREATE TABLE IF NOT EXISTS deltatrain.exclusions (
  training VARCHAR(64) NOT NULL,
  id VARCHAR(64) NOT NULL,
  training_name VARCHAR(255) NOT NULL,
  number INT,
  snapshot_name VARCHAR(64) NOT NULL,
  snapshot_created_at VARCHAR(30) NOT NULL,
  snapshot_table_id VARCHAR(64) NOT NULL,
  row_count BIGINT NOT NULL,
  group_json LONGTEXT NOT NULL,
  reason LONGTEXT NOT NULL,
  who VARCHAR(255) NOT NULL,
  happened_at VARCHAR(30) NOT NULL,
  lifted_at VARCHAR(30),
  lifted_by VARCHAR(255),
  hashes LONGBLOB NOT NULL,
  PRIMARY KEY (training, id)
)`;

const restoresTable = `CREATE TABLE IF NOT EXISTS deltatrain.restores (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  database_name VARCHAR(64) NOT NULL,
  table_name VARCHAR(64) NOT NULL,
  kind VARCHAR(10) NOT NULL,
  to_name VARCHAR(64) NOT NULL,
  to_created_at VARCHAR(30) NOT NULL,
  safety_name VARCHAR(64),
  safety_created_at VARCHAR(30),
  row_count BIGINT NOT NULL,
  details_json LONGTEXT NOT NULL,
  row_keys LONGBLOB,
  who VARCHAR(255) NOT NULL,
  happened_at VARCHAR(30) NOT NULL,
  undone_at VARCHAR(30),
  undone_by VARCHAR(255)
)`;

/** In the order in which they are made. */
export const judgedTables: readonly string[] = [
  judgementsTable,
  settledTable,
  approvalsTable,
  exclusionsTable,
  restoresTable,
];
