/** The delta by the server's DIFF, with the rows before an update fetched at the older version, and what only was written taken out. */
import { say } from '../../../base/say.ts';
import { at, invariant } from '../../../base/assert.ts';
import { Failure } from '../../../base/failure.ts';
import type { DeltaCounts } from '../../../data/change.ts';
import { hashInput } from '../../../data/rowHash.ts';
import { sameValue, type Value } from '../../../data/value.ts';
import { isAtLeast, outputSince } from '../../../git4data/serverVersion.ts';
import { rowHash } from '../../hashRows.ts';
import { decodeCells, decoderOf } from '../tables/decode.ts';
import { type ChangedRow, decodersOf, flags } from './deltaPages.ts';
import type { DeltaPlan, DeltaSide } from './deltaPlan.ts';
import { byKey } from './keyOrder.ts';
import { literalOf, quoteName } from '../wire/quote.ts';
import type { RawRow, Server } from '../wire/server.ts';

/** Rows of DIFF taken at a time, and keys in one statement that fetches what was before. */
const chunkRows = 2000;
const keysAtOnce = 500;

/** The newer side stands first in a DIFF: then every row tells what became of the older one. */
function sidesByTime(plan: DeltaPlan): { newer: DeltaSide; older: DeltaSide; flipped: boolean } {
  const { from, to } = plan;
  const time = ({ moment }: DeltaSide): bigint => BigInt(moment.record?.time ?? '0');
  const flipped = from.version.kind === 'live' || (to.version.kind !== 'live' && time(from) > time(to));
  return flipped ? { newer: from, older: to, flipped } : { newer: to, older: from, flipped };
}

const diffOf = (plan: DeltaPlan): string => {
  const { newer, older } = sidesByTime(plan);
  return `DATA BRANCH DIFF ${newer.source} AGAINST ${older.source}`;
};

/** The columns of the answer: all of the table's, or those that were asked for, where some were and the release can. */
function answerColumns(plan: DeltaPlan, server: Pick<Server, 'release'>): { sql: string; names: readonly string[] } {
  const all = plan.to.info.columns.map(({ name }) => name);
  if (plan.columns.length === all.length || !isAtLeast(server.release, outputSince.columns))
    return { sql: '', names: all };
  const names = plan.columns.map(({ name }) => name);
  return { sql: ` COLUMNS (${names.map(quoteName).join(', ')})`, names };
}

export const diffRowsSql = (plan: DeltaPlan, server: Pick<Server, 'release'>): string =>
  `${diffOf(plan)}${answerColumns(plan, server).sql}`;

export const diffSummarySql = (plan: DeltaPlan): string => `${diffOf(plan)} OUTPUT SUMMARY`;

/** Rows touched, as the server counts them, of `to` against `from`; `delta.impossible` when it lost how the two hang together. */
export async function diffSummary(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
): Promise<DeltaCounts> {
  const { rows } = await server.run(diffSummarySql(plan), { signal });
  // By position: the titles repeat the tables as written.
  const number = (row: number, column: number): number => Number(rows[row]?.[column]?.toString('latin1') ?? 0);
  if ([0, 1, 2].some((row) => number(row, 2) > 0))
    throw new Failure('delta.impossible', {
      table: null,
      detail: say('it has lost how the two versions hang together'),
    });
  const counts = { inserted: number(0, 1), deleted: number(1, 1), updated: number(2, 1) };
  return sidesByTime(plan).flipped ? { ...counts, inserted: counts.deleted, deleted: counts.inserted } : counts;
}

const flagTexts: Readonly<Record<string, number>> = {
  INSERT: flags.inserted,
  UPDATE: flags.updated,
  DELETE: flags.deleted,
};

/** The images at the older version of the rows with these keys, by canonical key. */
export function imagesSql(plan: DeltaPlan, keys: readonly (readonly Value[])[]): string {
  const { older } = sidesByTime(plan);
  const key = plan.columns.slice(0, plan.keyColumns);
  const literal = (value: Value, i: number): string =>
    key[i]?.after.family === 'decimal' ? String(value) : literalOf(value);
  const names = key.map(({ name }) => quoteName(name));
  const tuple = (parts: readonly string[]): string => (parts.length === 1 ? String(parts[0]) : `(${parts.join(', ')})`);
  const cells = plan.columns.map(({ name }) => quoteName(name));
  return `SELECT ${cells.join(', ')} FROM ${older.source} WHERE ${tuple(names)} IN (${keys.map((one) => tuple(one.map(literal))).join(', ')})`;
}

async function imagesOf(
  server: Server,
  plan: DeltaPlan,
  keys: readonly (readonly Value[])[],
  signal: AbortSignal | undefined,
): Promise<Map<string, readonly Value[]>> {
  const decoders = decodersOf(plan, 'before');
  const images = new Map<string, readonly Value[]>();
  const batches: Promise<void>[] = [];
  const fetch = async (some: readonly (readonly Value[])[]): Promise<void> => {
    const { rows } = await server.run(imagesSql(plan, some), { signal });
    for (const row of rows) {
      const values = decodeCells(row, 0, decoders);
      images.set(hashInput('', values.slice(0, plan.keyColumns)), values);
    }
  };
  for (let i = 0; i < keys.length; i += keysAtOnce) batches.push(fetch(keys.slice(i, i + keysAtOnce)));
  await Promise.all(batches);
  return images;
}

/** A row as the newer side has it (the older one, if it was deleted there). */
interface Touched {
  readonly flag: number;
  readonly values: readonly Value[];
}

function touchedReader(plan: DeltaPlan, server: Server): (row: RawRow) => Touched {
  const { names } = answerColumns(plan, server);
  const places = plan.columns.map(({ name }) => 2 + names.indexOf(name));
  const decoders = plan.columns.map(({ after }) => decoderOf(after.type));
  return (row) => {
    const flag = flagTexts[at(row, 1)?.toString('latin1') ?? ''];
    invariant(flag !== undefined, 'DIFF says INSERT, UPDATE or DELETE');
    const values = places.map((place, i) => {
      const cell = at(row, place);
      return cell === null ? null : at(decoders, i)(cell);
    });
    return { flag, values };
  };
}

/** Net by value: before and after of what was touched; undefined for a row that is what it was. */
function netChange(
  { flag, values }: Touched,
  image: readonly Value[] | undefined,
  flipped: boolean,
): Omit<ChangedRow, 'hash'> | undefined {
  // Without it the row would pass for an inserted one.
  if (flag === flags.updated && !image)
    throw new Failure('delta.impossible', {
      table: null,
      detail: say('it tells of an update of a row that was not there before'),
    });
  const older = flag === flags.updated ? (image ?? null) : flag === flags.deleted ? values : null;
  const newer = flag === flags.deleted ? null : values;
  if (older && newer && older.every((value, i) => sameValue(value, at(newer, i)))) return undefined;
  const [before, after] = flipped ? [newer, older] : [older, newer];
  return { flag: before === null ? flags.inserted : after === null ? flags.deleted : flags.updated, before, after };
}

/** The changes as DIFF gives them: by key, for most keys (see `isOrderedByDiff`). */
export async function* diffChanges(
  server: Server,
  plan: DeltaPlan,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ChangedRow[], void> {
  const { flipped } = sidesByTime(plan);
  const read = touchedReader(plan, server);
  const { withHash, order, salt = '' } = plan.request;
  const hashed = withHash === true || order === 'hash';
  const keyValues = (values: readonly Value[]): readonly Value[] => values.slice(0, plan.keyColumns);
  for await (const page of server.stream(diffRowsSql(plan, server), chunkRows, () => read, { signal })) {
    const touched = page.rows;
    const updated = touched.filter(({ flag }) => flag === flags.updated).map(({ values }) => keyValues(values));
    const images = await imagesOf(server, plan, updated, signal);
    const changes: ChangedRow[] = [];
    for (const one of touched) {
      const key = keyValues(one.values);
      const change = netChange(one, images.get(hashInput('', key)), flipped);
      if (change) changes.push({ ...change, hash: hashed ? rowHash(salt, key) : '' });
    }
    yield changes;
  }
}

/** In the order of the request, in which DIFF does not give all of them. */
export const inOrder = (plan: DeltaPlan, changes: ChangedRow[]): readonly ChangedRow[] =>
  changes.sort(plan.request.order === 'hash' ? byHash : byKey(plan));

const byHash = (a: ChangedRow, b: ChangedRow): number => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0);
