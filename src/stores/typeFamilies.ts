/** Which family each MySQL type belongs to: the same for every store. */
import type { TypeFamily } from '../data/table.ts';

const bases: Readonly<Record<TypeFamily, string>> = {
  integer: 'TINYINT SMALLINT MEDIUMINT INT INTEGER BIGINT YEAR BIT',
  boolean: 'BOOL BOOLEAN',
  float: 'FLOAT DOUBLE REAL DOUBLE_PRECISION',
  decimal: 'DECIMAL NUMERIC DEC',
  text: 'CHAR VARCHAR TINYTEXT TEXT MEDIUMTEXT LONGTEXT DATALINK ENUM SET UUID',
  json: 'JSON',
  bytes: 'BINARY VARBINARY TINYBLOB BLOB MEDIUMBLOB LONGBLOB',
  date: 'DATE',
  datetime: 'DATETIME TIMESTAMP',
  time: 'TIME',
  vector: 'VECF32 VECF64',
};

const families = new Map<string, TypeFamily>();
for (const [family, names] of Object.entries(bases))
  for (const name of names.split(' ')) families.set(name.replace('_', ' '), family as TypeFamily);

/** The family of a type by its base name, upper case and without sizes: `VARCHAR`; undefined for an unknown one. */
export const typeFamily = (base: string): TypeFamily | undefined => families.get(base);

/** The base name in a declared type: `varchar(20)` is `VARCHAR`. */
export const typeBase = (declared: string): string =>
  (/^\s*([a-z][a-z0-9]*(?:\s+precision)?)/i.exec(declared)?.[1] ?? '').toUpperCase().replace(/\s+/g, ' ');
