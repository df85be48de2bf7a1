/** A grid over a spool of the engine: pages become rows of text, and what is done in the grid becomes changes of its look. */
import { changeAt, type Flag } from '../../src/data/change.ts';
import { cellAt, type PageColumn } from '../../src/data/page.ts';
import { inRange, splitRanges } from '../../src/data/rowHash.ts';
import { sameValue, textOf, type Value } from '../../src/data/value.ts';
import {
  type CellFilter,
  type ChangedPairs,
  type Distribution,
  type SpoolPage,
  wholeView,
} from '../../src/protocol/engine.ts';
import type { SpoolInfo } from '../../src/protocol/panel.ts';
import type { Actions } from './actions.ts';
import { cellFilterOf, shownColumns, sideWord } from './spoolColumns.ts';
import { type Look, type LookChange, lookOf, type Side, type State } from './state.ts';
import { Grid, type GridColumn, type GridModel, type GridRow } from '../ui/grid.ts';
import type { GridCell } from '../ui/gridCells.ts';
import type { CellPlace } from '../ui/gridGeometry.ts';
import { PageCache } from '../ui/pageCache.ts';
import { say } from '../../src/base/say.ts';
import { countText, signs } from '../../src/words/numbers.ts';

/** What is shown: `statement` null means the training's delta; `label` names the label column. */
export interface ShownSpool {
  readonly spool: SpoolInfo;
  readonly statement: number | null;
  readonly label: string | null;
  readonly shares: { readonly test: number; readonly validation: number } | null;
  readonly isDelta: boolean;
}

const pageRows = 200;
const copiedCellsAtMost = 50_000;
/** Columns that rows are sorted by at most. */
const sortsAtMost = 2;

/** A grid over rows that lie in the engine: it fetches the pages that come into view. */
export class SpoolGrid {
  readonly grid: Grid;
  readonly #actions: Actions;
  readonly #stateOf: () => State;
  #pages: PageCache<SpoolPage> | undefined;
  #shown: ShownSpool | undefined;
  #look: Look | undefined;
  /** Rows of the view; undefined until a page told. */
  #total: number | undefined;
  #hasSides = false;
  /** The spool whose changed columns were asked for. */
  #counted: number | undefined;

  constructor(label: string, actions: Actions, stateOf: () => State) {
    this.#actions = actions;
    this.#stateOf = stateOf;
    this.grid = new Grid(label, {
      sort: (column, more) => this.#sort(column, more),
      filter: (place) => this.#filter(place),
      move: (place) => this.#moved(place),
      open: (place) => this.#open(place),
      copy: (area) => void this.#copy(area).catch((error: unknown) => this.#actions.fail(error)),
    });
  }

  /** Brings the grid in line; cheap when nothing changed. */
  update(shown: ShownSpool, look: Look): void {
    const before = this.#shown;
    const lookBefore = this.#look;
    if (before && lookBefore && sameShown(before, shown) && lookBefore === look) return;
    const sameSpool = before?.spool.id === shown.spool.id && before.statement === shown.statement;
    const sameRows = sameSpool && lookBefore?.view === look.view;
    // Rows that come in later belong somewhere in a sorted or filtered view, so it is read anew when all are there.
    const moved = !isPlain(look) && before?.spool.complete !== shown.spool.complete;
    this.#shown = shown;
    this.#look = look;
    if (shown.isDelta) this.#countChanges(shown);
    if (!sameRows || moved) this.#readAnew(shown.spool.id);
    if (isPlain(look)) this.#total = shown.spool.rows;
    this.grid.show(this.#model(), sameRows);
  }

  /** The column of the spool that is active, whatever columns are shown. */
  get activeColumn(): number {
    return this.#columns()[this.grid.active.column] ?? 0;
  }

  #readAnew(spool: number): void {
    this.#pages?.clear();
    this.#total = undefined;
    this.#pages = new PageCache<SpoolPage>({
      pageRows,
      fetch: (start, rows, signal) => this.#fetch(spool, start, rows, signal),
      total: (page) => page.total,
      arrived: (page) => {
        const sides = (page.delta?.hashes ?? null) !== null;
        const changed = this.#total !== page.total || sides !== this.#hasSides;
        this.#total = page.total;
        this.#hasSides = sides;
        if (changed) this.grid.show(this.#model(), true);
        else this.grid.arrived();
        if (this.#look?.inView !== page.total) this.#change({ inView: page.total });
      },
      failed: (error) => this.#actions.fail(error),
    });
  }

  #fetch(id: number, start: number, rows: number, signal?: AbortSignal): Promise<SpoolPage> {
    const view = this.#look?.view ?? wholeView;
    return this.#actions.host.grid.call('spool/page', { id, start, count: rows, view }, signal);
  }

  #columns(): readonly number[] {
    const shown = this.#shown;
    return shown ? shownColumns(shown.spool, this.#look) : [];
  }

  #model(): GridModel {
    const columns = this.#columns();
    const described = columns.map((column) => this.#describe(column));
    const sides = this.#hasSides && this.#shown?.shares ? [sideColumn()] : [];
    return {
      // One row is asked for while the number is unknown: its page tells it.
      rows: this.#total ?? 1,
      columns: [...described, ...sides],
      gutterTitle: this.#shown?.spool.keyColumns === 0 ? '#' : '',
      row: (row) => this.#row(row, columns),
      need: (from, end) => this.#pages?.need(from, end, this.#total ?? 1),
    };
  }

  #describe(column: number): GridColumn {
    const { spool, label } = this.#shown as ShownSpool;
    const { name, type } = spool.columns[column] as PageColumn;
    const key = column < spool.keyColumns;
    const sorts = this.#look?.view.sort ?? [];
    const rank = sorts.findIndex((one) => one.column === column);
    const sort = sorts[rank];
    const role = key ? say('key') : name === label ? say('label') : '';
    return {
      id: `${column} ${name}`,
      title: name,
      hint: [name, type, role].filter((one) => one !== '').join(' · '),
      mark: key ? 'key' : name === label ? 'label' : null,
      numeric: /INT|DEC|NUMERIC|FLOAT|DOUBLE|REAL/i.test(type),
      sort: sort ? (sort.descending ? 'descending' : 'ascending') : null,
      sortRank: sort && sorts.length > 1 ? rank + 1 : null,
    };
  }

  #row(row: number, columns: readonly number[]): GridRow | undefined {
    const found = this.#pages?.find(row);
    if (!found) return undefined;
    const { page, index } = found;
    if (page.delta && index < page.delta.rows) return this.#deltaRow(page.delta, index, columns);
    if (!page.page || index >= page.page.rows) return undefined;
    const { cells } = page.page;
    return {
      gutter: String(row + 1),
      gutterLabel: say('row {0}', row + 1),
      tone: 'plain',
      cell: (column) => plainCell(cells[columns[column] ?? -1], index),
    };
  }

  #deltaRow(page: NonNullable<SpoolPage['delta']>, index: number, columns: readonly number[]): GridRow {
    const change = changeAt(page, index);
    const hash = page.hashes?.[index];
    const side = hash === undefined ? null : this.#sideOf(hash);
    return {
      // The rows that models are tested on are the ones to look at first.
      gutter: side === 'test' ? `${signs[change.flag]}T` : signs[change.flag],
      gutterLabel: side === null ? flagWord(change.flag) : `${flagWord(change.flag)}, ${sideWord(side)}`,
      tone: change.flag,
      cell: (column) => {
        const own = columns[column];
        if (own !== undefined) return changedCell(change.before?.[own], change.after?.[own]);
        return { text: side === null ? '' : sideWord(side), was: null, tone: 'absent' };
      },
    };
  }

  #sideOf(hash: string): Side | null {
    if (!this.#shown?.shares) return null;
    const ranges = splitRanges(this.#shown.shares);
    if (inRange(hash, ranges.test)) return 'test';
    return inRange(hash, ranges.validation) ? 'validation' : 'train';
  }

  #change(look: LookChange): void {
    if (this.#shown) this.#actions.dispatch({ kind: 'look', statement: this.#shown.statement, look });
  }

  /** Ascending, then descending, then as it came; with `more` beside what is sorted by already. */
  #sort(shownColumn: number, more: boolean): void {
    const column = this.#columns()[shownColumn];
    if (column === undefined || !this.#look) return;
    const { sort: before } = this.#look.view;
    const now = before.find((one) => one.column === column);
    const others = more ? before.filter((one) => one.column !== column) : [];
    const next =
      now === undefined ? { column, descending: false } : now.descending ? null : { column, descending: true };
    // One that is turned round keeps its place.
    const kept = more && now && next ? before.map((one) => (one.column === column ? next : one)) : null;
    const sort = kept ?? (next ? [...others.slice(0, sortsAtMost - 1), next] : others);
    this.#change({ view: { sort } });
  }

  /** Rows that have what a cell has: the same value, or the same change of it. */
  #filter(place: CellPlace): void {
    const found = this.#pages?.find(place.row);
    const column = this.#columns()[place.column];
    if (!found || column === undefined) return;
    this.filterBy(cellFilterOf(found.page, found.index, column));
  }

  /** What the active cell has. */
  filterByActive(): void {
    this.#filter(this.grid.active);
  }

  /** Adds a condition; another one on the same column gives way to it. */
  filterBy(filter: CellFilter | null): void {
    if (!filter || !this.#look) return;
    const others = this.#look.view.cells.filter((one) => one.column !== filter.column);
    this.#change({ view: { cells: [...others, filter] } });
  }

  /** The row of the active cell in its view; null on the header. */
  get activeRow(): number | null {
    const { row } = this.grid.active;
    return row >= 0 && row < (this.#total ?? 0) ? row : null;
  }

  #moved(place: CellPlace): void {
    const column = this.#columns()[place.column];
    const shown = this.#look?.distribution;
    if (column !== undefined && shown && shown.column !== column) this.showDistribution(column);
  }

  showDistribution(column: number): void {
    const shown = this.#shown;
    if (!shown) return;
    this.#change({ distribution: { column, data: null, pairs: null } });
    const { grid } = this.#actions.host;
    const { id } = shown.spool;
    const put = (part: { data: Distribution } | { pairs: ChangedPairs }): void => {
      // The active column may have moved on meanwhile.
      const now = lookOf(this.#stateOf(), shown.statement).distribution;
      if (now?.column === column) this.#change({ distribution: { ...now, ...part } });
    };
    const failed = (error: unknown): void => this.#actions.fail(error);
    grid.call('spool/distribution', { id, column }).then((data) => put({ data }), failed);
    grid.call('spool/pairs', { id, column, view: wholeView }).then((pairs) => put({ pairs }), failed);
  }

  /** The column that a person wants to see first: one that changed, the label before others; the active one where it is neither key. */
  get likelyColumn(): number {
    const { spool, label } = this.#shown ?? {};
    const active = this.activeColumn;
    if (!spool) return active;
    const changes = this.#look?.changes ?? [];
    const order = shownColumns(spool, this.#look).filter((column) => column >= spool.keyColumns);
    const labelled = order.find((column) => spool.columns[column]?.name === label && (changes[column] ?? 0) > 0);
    return active >= spool.keyColumns && spool.keyColumns > 0 ? active : (labelled ?? order[0] ?? active);
  }

  /** Asks once, when all rows are there, which columns changed. */
  #countChanges({ spool }: ShownSpool): void {
    if (!spool.complete || this.#counted === spool.id) return;
    this.#counted = spool.id;
    this.#actions.host.grid
      .call('spool/changes', { id: spool.id })
      .then((changes) => {
        if (this.#shown?.spool.id === spool.id) this.#change({ changes });
      })
      .catch((error: unknown) => this.#actions.fail(error));
  }

  #open(place: CellPlace): void {
    const { spool } = this.#shown ?? {};
    const own = this.#columns()[place.column];
    const cell = this.#row(place.row, this.#columns())?.cell(place.column);
    if (!spool || own === undefined || !cell) return;
    const column = spool.columns[own] as PageColumn;
    const row = say('row {0}', countText(place.row + 1));
    const open = { column: column.name, type: column.type, row, before: cell.was, value: cell.text };
    this.#actions.dispatch({ kind: 'openCell', cell: open });
  }

  /** As tab-separated text, header first when there is more than one cell; pages that are not here are fetched. */
  async #copy(area: { top: number; bottom: number; left: number; right: number }): Promise<void> {
    const width = area.right - area.left + 1;
    const height = area.bottom - area.top + 1;
    if (width * height > copiedCellsAtMost) {
      const text = say('{0} cells are too many to copy. Export the rows instead.', countText(width * height));
      this.#actions.dispatch({ kind: 'notice', notice: { kind: 'warning', text, undo: null } });
      return;
    }
    const model = this.#model();
    const lines: string[][] = [];
    if (width * height > 1) lines.push(model.columns.slice(area.left, area.right + 1).map((column) => column.title));
    for (let row = area.top; row <= area.bottom; row++) {
      const found = this.#row(row, this.#columns()) ?? (await this.#fetchRow(row));
      const line: string[] = [];
      for (let column = area.left; column <= area.right; column++) line.push(found?.cell(column).text ?? '');
      lines.push(line);
    }
    this.#actions.copy(lines.map((line) => line.map(quoted).join('\t')).join('\n'));
  }

  async #fetchRow(row: number): Promise<GridRow | undefined> {
    const shown = this.#shown;
    if (!shown) return undefined;
    const page = await this.#fetch(shown.spool.id, row, 1);
    const columns = this.#columns();
    if (page.delta) return this.#deltaRow(page.delta, 0, columns);
    const cells = page.page?.cells;
    if (!cells) return undefined;
    const cell = (column: number): GridCell => plainCell(cells[columns[column] ?? -1], 0);
    return { gutter: String(row + 1), gutterLabel: '', tone: 'plain', cell };
  }
}

/** What became of a row, as a word. */
export const flagWord = (flag: Flag): string =>
  flag === 'inserted' ? say('inserted') : flag === 'updated' ? say('updated') : say('deleted');

const sideColumn = (): GridColumn => ({
  id: 'side',
  title: say('used for'),
  hint: say('Which side of the split the row is on; it never changes.'),
  mark: null,
  numeric: false,
  sort: null,
  sortRank: null,
});

const isPlain = ({ view }: Look): boolean =>
  view.filter === '' && view.flag === null && view.cells.length === 0 && view.hashes === null;

const sameShown = (a: ShownSpool, b: ShownSpool): boolean =>
  a.spool === b.spool && a.statement === b.statement && a.label === b.label;

function plainCell(cells: Parameters<typeof cellAt>[0] | undefined, index: number): GridCell {
  const value = cells ? cellAt(cells, index) : null;
  return { text: textOf(value), was: null, tone: value === null ? 'absent' : 'plain' };
}

/** `undefined`: the row was or is not there. */
function changedCell(before: Value | undefined, after: Value | undefined): GridCell {
  if (before !== undefined && after !== undefined && !sameValue(before, after))
    return { text: textOf(after), was: textOf(before), tone: 'changed' };
  const value = after === undefined ? (before ?? null) : after;
  return { text: textOf(value), was: null, tone: value === null ? 'absent' : 'plain' };
}

/** As spreadsheets read it. */
const quoted = (text: string): string => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
