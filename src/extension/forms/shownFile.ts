/** What a form shows of a file, and how files of its table were read before. */
import { readingOf } from '../../app/config/config.ts';
import type { Reading } from '../../data/loading/reading.ts';
import { cellAt } from '../../data/page.ts';
import { textOf } from '../../data/value.ts';
import type { FileProfile } from '../../protocol/engine.ts';
import type { FormColumn, FormFile } from '../../protocol/form.ts';
import type { Connection } from '../connections/connection.ts';
import type { FormParts } from './formParts.ts';

const firstRows = 6;
/** Characters of a cell that are shown. */
const shownCell = 60;

/** The first cells of a column, cut where they are long. */
export const shownFirst = (page: FileProfile['sample'], column: number): string[] =>
  Array.from({ length: Math.min(firstRows, page.rows) }, (_, row) => {
    const cells = page.cells[column];
    const text = cells ? textOf(cellAt(cells, row)) : '';
    return text.length > shownCell ? `${text.slice(0, shownCell)}…` : text;
  });

const columnsOf = ({ columns, sample }: FileProfile): FormColumn[] =>
  columns.map(({ name, type, unique, distinct, empty }, c) => ({
    name,
    type,
    typeCanChange: true,
    unique,
    distinct,
    empty,
    first: shownFirst(sample, c),
  }));

/** What a form shows of a file. */
export const foundIn = (profile: FileProfile): Omit<FormFile, 'answers'> => ({
  notes: profile.notes,
  rows: profile.rows,
  whole: profile.whole,
  columns: columnsOf(profile),
  dialect: profile.dialect,
});

/** How files of a table are read, where the deltatrain.json of its connection says it. */
export async function rememberedOf(
  { connections }: FormParts,
  { home, name }: Connection,
  table: string,
): Promise<Reading> {
  const homes = await connections.homes.read();
  const found = homes.find(({ uri }) => uri.toString() === home?.uri.toString());
  return found ? readingOf(found.config, name, table) : {};
}

const inOrder = (reading: Reading): string =>
  JSON.stringify(Object.entries(reading).sort(([one], [other]) => (one < other ? -1 : 1)));

/** The same was chosen, in whatever order it is written. */
export const isSameReading = (one: Reading, other: Reading): boolean => inOrder(one) === inOrder(other);
