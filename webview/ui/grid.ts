/**
 * A grid over any number of rows: only what is in view has elements, rows come in pages. Fixed row height; one tab stop; the
 * `grid` role with counts and indexes; keys, range selection, copy, sortable and resizable columns, a pinned first column.
 */
import { at } from '../../src/base/assert.ts';
import { fillCell, type GridCell, headCell, part, placeCell, setCellCount } from './gridCells.ts';
import { GridInput } from './gridInput.ts';
import {
  columnEdges,
  columnsInView,
  type Extent,
  offsetAt,
  type CellPlace,
  rectangle,
  revealRow,
  rowsInView,
  scrollHeight,
  scrollTopFor,
} from './gridGeometry.ts';
import { say } from '../../src/base/say.ts';

/** A column as the grid draws its head. */
export interface GridColumn {
  /** What its width is remembered by. */
  readonly id: string;
  readonly title: string;
  /** Said with the title: type, or what the column is for. */
  readonly hint: string;
  readonly mark: 'key' | 'label' | null;
  readonly numeric: boolean;
  readonly sort: 'ascending' | 'descending' | null;
  /** Which of several sorts it is, counted from 1; null where it is the only one or none. */
  readonly sortRank: number | null;
}

/** A row as the grid draws it; cells are asked for as they come into view. */
export interface GridRow {
  /** The pinned first cell, in short, and in words. */
  readonly gutter: string;
  readonly gutterLabel: string;
  readonly tone: 'plain' | 'inserted' | 'updated' | 'deleted';
  cell(column: number): GridCell;
}

/** What a grid shows. It asks for rows that are in view or nearly so, and for no others. */
export interface GridModel {
  readonly rows: number;
  readonly columns: readonly GridColumn[];
  readonly gutterTitle: string;
  /** Undefined while its page is not here. */
  row(row: number): GridRow | undefined;
  /** Told what is in view: fetch what is missing, and `refresh` when it came. */
  need(from: number, end: number): void;
}

export interface GridEvents {
  /** `more`: besides the column that is sorted by already. */
  sort(column: number, more: boolean): void;
  /** Only rows that have what the active cell has. */
  filter(place: CellPlace): void;
  /** The active cell moved; row −1 is the header. */
  move(place: CellPlace): void;
  open(place: CellPlace): void;
  copy(area: { top: number; bottom: number; left: number; right: number }): void;
}

const sortMark = ({ sort, sortRank }: GridColumn): string =>
  sort === null ? '' : `${sort === 'ascending' ? '↑' : '↓'}${sortRank ?? ''}`;

const rowHeight = 22;
const headHeight = 24;
const widthLeast = 44;
const widthMost = 340;

let made = 0;

interface PooledRow {
  readonly element: HTMLElement;
  readonly gutter: HTMLElement;
  readonly cells: HTMLElement[];
  drawn: string;
}

/** A virtual grid: only the rows and columns in view have elements. `refresh` draws it anew from its model. */
export class Grid {
  readonly element: HTMLElement;
  readonly #id = `grid${++made}`;
  readonly #events: GridEvents;
  readonly #head: HTMLElement;
  readonly #headGutter: HTMLElement;
  readonly #headCells: HTMLElement[] = [];
  readonly #space: HTMLElement;
  readonly #layer: HTMLElement;
  readonly #pool: PooledRow[] = [];
  readonly #widths = new Map<string, number>();
  #model: GridModel = { rows: 0, columns: [], gutterTitle: '', row: () => undefined, need: () => {} };
  #limit = 0;
  #frame = 0;
  /** Grows with every change of what rows show. */
  #version = 0;
  #active: CellPlace = { row: 0, column: 0 };
  #anchor: CellPlace = { row: 0, column: 0 };

  constructor(label: string, events: GridEvents) {
    this.#events = events;
    this.element = part('grid', 'grid');
    this.element.tabIndex = 0;
    this.element.setAttribute('aria-label', label);
    this.element.setAttribute('aria-multiselectable', 'true');
    this.#head = part('row', 'grid-head', this.element);
    this.#head.setAttribute('aria-rowindex', '1');
    this.#headGutter = part('columnheader', 'grid-gutter', this.#head);
    this.#space = part('presentation', 'grid-space', this.element);
    this.#layer = part('rowgroup', 'grid-layer', this.#space);
    // An element limit depends on zoom and display, so it is measured again whenever those may have changed.
    addEventListener('resize', () => this.#measure());
    new ResizeObserver(() => this.#measure()).observe(this.element);
    this.element.addEventListener('scroll', () => this.refresh(), { passive: true });
    new GridInput(this, this.element, this.#head, this.#layer);
  }

  get active(): CellPlace {
    return this.#active;
  }

  get model(): GridModel {
    return this.#model;
  }

  get pageRows(): number {
    return Math.max(1, Math.floor(this.#extent().view / rowHeight) - 1);
  }

  /** Shows other rows or columns. `keepPlace`: the same rows, only described anew. */
  show(model: GridModel, keepPlace: boolean): void {
    this.#model = model;
    this.#version++;
    this.element.setAttribute('aria-rowcount', String(model.rows + 1));
    this.element.setAttribute('aria-colcount', String(model.columns.length + 1));
    if (!keepPlace) {
      this.element.scrollTop = 0;
      // Who sorts from the header stays there.
      const row = Math.min(0, this.#active.row);
      this.#setActive({ row, column: Math.min(this.#active.column, Math.max(0, model.columns.length - 1)) }, false);
    }
    this.#measure();
  }

  /** Pages arrived: draws what is in view again. */
  arrived(): void {
    this.#version++;
    this.refresh();
  }

  refresh(): void {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** Makes a cell the active one and brings it into view. `extend` keeps the other corner of the selection. */
  moveTo(place: CellPlace, extend: boolean): void {
    this.#setActive(place, extend);
    const extent = this.#extent();
    if (place.row >= 0) {
      const offset = offsetAt(extent, this.element.scrollTop);
      const wanted = revealRow(extent, offset, place.row);
      if (wanted !== offset) this.element.scrollTop = scrollTopFor(extent, wanted);
    }
    this.#revealColumn(place.column);
    this.#draw();
    this.#events.move(place);
  }

  selectAll(): void {
    if (this.#model.rows === 0) return;
    this.#anchor = { row: 0, column: 0 };
    this.#active = { row: this.#model.rows - 1, column: this.#model.columns.length - 1 };
    this.#version++;
    this.#draw();
  }

  sortColumn(column: number, more: boolean): void {
    this.#events.sort(column, more);
  }

  filterByActive(): void {
    if (this.#active.row >= 0 && this.#active.row < this.#model.rows) this.#events.filter(this.#active);
  }

  openActive(): void {
    if (this.#active.row < this.#model.rows) this.#events.open(this.#active);
  }

  copySelection(): void {
    if (this.#model.rows > 0) this.#events.copy(rectangle(this.#active, this.#anchor));
  }

  widthOf(column: number): number {
    const one = this.#model.columns[column];
    return (one && this.#widths.get(one.id)) ?? 100;
  }

  resize(column: number, width: number): void {
    const one = this.#model.columns[column];
    if (!one) return;
    this.#widths.set(one.id, Math.max(widthLeast, Math.round(width)));
    this.#version++;
    this.#measure();
  }

  /** Sets the width by what is drawn now. */
  fitColumn(column: number): void {
    this.resize(column, this.#fittingWidth(column));
  }

  /** Where a drawn cell stands, by its element. */
  placeOf(element: Element): CellPlace | undefined {
    const cell = element.closest<HTMLElement>('[data-column]');
    const row = element.closest<HTMLElement>('[data-row]');
    if (!cell || !row) return undefined;
    return { row: Number(row.dataset['row']), column: Number(cell.dataset['column']) };
  }

  #setActive(place: CellPlace, extend: boolean): void {
    this.#active = place;
    if (!extend) this.#anchor = place;
    this.#version++;
  }

  #extent(): Extent {
    const view = Math.max(0, this.element.clientHeight - headHeight);
    return { rows: this.#model.rows, rowHeight, view, limit: this.#limit };
  }

  #gutterWidth(): number {
    return this.#headGutter.offsetWidth;
  }

  #edges(): readonly number[] {
    return columnEdges(this.#model.columns.map((_, column) => this.widthOf(column)));
  }

  #revealColumn(column: number): void {
    const edges = this.#edges();
    const room = this.element.clientWidth - this.#gutterWidth();
    const left = edges[column] ?? 0;
    const right = edges[column + 1] ?? left;
    if (left < this.element.scrollLeft) this.element.scrollLeft = left;
    else if (right > this.element.scrollLeft + room) this.element.scrollLeft = Math.min(left, right - room);
  }

  /** Finds how tall an element may be here, and keeps the rows in view where they were. */
  #measure(): void {
    const before = this.#limit === 0 ? 0 : offsetAt(this.#extent(), this.element.scrollTop);
    this.#space.style.height = '1000000000px';
    this.#limit = this.#space.offsetHeight * 0.95;
    const extent = this.#extent();
    this.#space.style.height = `${scrollHeight(extent)}px`;
    if (before > 0) this.element.scrollTop = scrollTopFor(extent, before);
    this.#draw();
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const extent = this.#extent();
    const offset = offsetAt(extent, this.element.scrollTop);
    const { first, end } = rowsInView(extent, offset);
    this.#model.need(first, end);
    this.#fitNewColumns(first, end);
    const edges = this.#edges();
    const gutter = this.#gutterWidth();
    const columns = columnsInView(edges, this.element.scrollLeft, this.element.clientWidth - gutter);
    const width = `${(edges.at(-1) ?? 0) + gutter}px`;
    this.#space.style.width = width;
    this.#head.style.width = width;
    this.#layer.style.width = width;
    this.#drawHead(edges, columns, gutter);
    while (this.#pool.length < end - first) this.#pool.push(this.#pooledRow());
    this.element.removeAttribute('aria-activedescendant');
    if (this.#active.row === -1) this.element.setAttribute('aria-activedescendant', `${this.#id}-active`);
    this.#pool.forEach((pooled, i) => {
      pooled.element.hidden = i >= end - first;
    });
    for (let row = first; row < end; row++) {
      // Rows keep their element while they scroll, so only those that come into view are filled.
      const pooled = at(this.#pool, row % (end - first));
      pooled.element.style.transform = `translateY(${Math.round(row * rowHeight - offset)}px)`;
      this.#fillRow(pooled, row, edges, columns, gutter);
    }
  }

  #drawHead(edges: readonly number[], columns: { first: number; end: number }, gutter: number): void {
    if (this.#headGutter.textContent !== this.#model.gutterTitle)
      this.#headGutter.textContent = this.#model.gutterTitle;
    this.#headGutter.setAttribute('aria-colindex', '1');
    this.#head.dataset['row'] = '-1';
    setCellCount(this.#head, this.#headCells, columns.end - columns.first, () => headCell());
    this.#headCells.forEach((cell, i) => {
      const column = columns.first + i;
      const one = this.#model.columns[column];
      if (!one) return;
      placeCell(cell, column, edges, gutter);
      cell.classList.toggle('numeric', one.numeric);
      cell.title = one.hint;
      at(cell.children, 0).textContent = one.title;
      at(cell.children, 0).className = `grid-title${one.mark === null ? '' : ` is-${one.mark}`}`;
      at(cell.children, 1).textContent = sortMark(one);
      cell.setAttribute('aria-sort', one.sort ?? 'none');
      this.#markActive(cell, this.#active.row === -1 && this.#active.column === column);
    });
  }

  #fillRow(
    pooled: PooledRow,
    row: number,
    edges: readonly number[],
    columns: { first: number; end: number },
    gutter: number,
  ): void {
    const active = this.#active.row === row;
    if (active && this.#active.column >= columns.first && this.#active.column < columns.end)
      this.element.setAttribute('aria-activedescendant', `${this.#id}-active`);
    const found = this.#model.row(row);
    const key = `${this.#version} ${row} ${columns.first} ${columns.end} ${found !== undefined}`;
    if (pooled.drawn === key) return;
    pooled.drawn = key;
    const { element } = pooled;
    element.className = `grid-row is-${found?.tone ?? 'waiting'}`;
    element.dataset['row'] = String(row);
    element.setAttribute('aria-rowindex', String(row + 2));
    element.setAttribute('aria-busy', String(found === undefined));
    pooled.gutter.textContent = found?.gutter ?? '';
    pooled.gutter.setAttribute('aria-label', found?.gutterLabel ?? say('Loading'));
    setCellCount(element, pooled.cells, columns.end - columns.first, () => part('gridcell', 'grid-cell'));
    const selected = rectangle(this.#active, this.#anchor);
    const many = selected.bottom > selected.top || selected.right > selected.left;
    pooled.cells.forEach((cell, i) => {
      const column = columns.first + i;
      placeCell(cell, column, edges, gutter);
      cell.classList.toggle('numeric', this.#model.columns[column]?.numeric ?? false);
      fillCell(cell, found?.cell(column));
      this.#markActive(cell, active && this.#active.column === column);
      const inside =
        row >= selected.top && row <= selected.bottom && column >= selected.left && column <= selected.right;
      cell.setAttribute('aria-selected', String(inside));
      cell.classList.toggle('selected', many && inside);
    });
  }

  #markActive(cell: HTMLElement, active: boolean): void {
    cell.classList.toggle('active', active);
    if (active) cell.id = `${this.#id}-active`;
    else cell.removeAttribute('id');
  }

  #pooledRow(): PooledRow {
    const element = part('row', 'grid-row', this.#layer);
    const gutter = part('rowheader', 'grid-gutter', element);
    gutter.setAttribute('aria-colindex', '1');
    return { element, gutter, cells: [], drawn: '' };
  }

  /** A column that has no width yet gets one when rows are here to see what it holds. */
  #fitNewColumns(first: number, end: number): void {
    if (end > first && this.#model.row(first) === undefined) return;
    this.#model.columns.forEach((column, index) => {
      if (!this.#widths.has(column.id)) this.#widths.set(column.id, this.#fittingWidth(index));
    });
  }

  #fittingWidth(column: number): number {
    const one = this.#model.columns[column];
    if (!one) return widthLeast;
    let letters = one.title.length + 3;
    const { first, end } = rowsInView(this.#extent(), offsetAt(this.#extent(), this.element.scrollTop));
    for (let row = first; row < Math.max(end, Math.min(this.#model.rows, first + 50)); row++) {
      const cell = this.#model.row(row)?.cell(column);
      if (cell) letters = Math.max(letters, cell.text.length + (cell.was === null ? 0 : cell.was.length + 2));
    }
    return Math.max(widthLeast, Math.min(widthMost, Math.ceil(letters * this.#letterWidth() + 18)));
  }

  #letterWidth(): number {
    const style = getComputedStyle(this.element);
    const context = document.createElement('canvas').getContext('2d');
    if (!context) return 7.5;
    context.font = `${style.fontSize} ${style.fontFamily}`;
    return context.measureText('0').width;
  }
}
