/** Keys and pointer of a grid: moving, selecting, copying, sorting, resizing. */
import { type CellPlace, placeAfterKey } from './gridGeometry.ts';

/** What input does to a grid. */
export interface InputTarget {
  readonly active: CellPlace;
  readonly pageRows: number;
  readonly model: { readonly rows: number; readonly columns: readonly unknown[] };
  moveTo(place: CellPlace, extend: boolean): void;
  selectAll(): void;
  sortColumn(column: number, more: boolean): void;
  filterByActive(): void;
  openActive(): void;
  copySelection(): void;
  widthOf(column: number): number;
  resize(column: number, width: number): void;
  fitColumn(column: number): void;
  placeOf(element: Element): CellPlace | undefined;
}

const resizeStep = 16;

export class GridInput {
  readonly #grid: InputTarget;

  constructor(grid: InputTarget, element: HTMLElement, head: HTMLElement, layer: HTMLElement) {
    this.#grid = grid;
    element.addEventListener('keydown', (event) => {
      if (this.#key(event)) event.preventDefault();
    });
    element.addEventListener('copy', (event) => {
      if (String(getSelection()) !== '') return;
      event.preventDefault();
      grid.copySelection();
    });
    layer.addEventListener('pointerdown', (event) => this.#press(event, element));
    layer.addEventListener('dblclick', () => grid.openActive());
    head.addEventListener('pointerdown', (event) => this.#pressHead(event));
    head.addEventListener('click', (event) => this.#clickHead(event));
    head.addEventListener('dblclick', (event) => {
      const place = onGrip(event) && grid.placeOf(event.target as Element);
      if (place) grid.fitColumn(place.column);
    });
  }

  /** True when the key was the grid's. */
  #key(event: KeyboardEvent): boolean {
    const grid = this.#grid;
    const { active, model } = grid;
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey) return this.#resizeKey(event.key);
    if (command && event.key.toLowerCase() === 'a') {
      grid.selectAll();
      return true;
    }
    if (event.key === 'Enter' || (event.key === ' ' && active.row === -1)) {
      if (active.row === -1) grid.sortColumn(active.column, event.shiftKey);
      else grid.openActive();
      return true;
    }
    if (event.key.toLowerCase() === 'f' && !command && active.row >= 0) {
      grid.filterByActive();
      return true;
    }
    if (model.columns.length === 0) return false;
    const size = { rows: model.rows, columns: model.columns.length, page: grid.pageRows };
    const to = placeAfterKey(event.key, command, active, size);
    if (!to) return false;
    grid.moveTo(to, event.shiftKey && to.row >= 0);
    return true;
  }

  #resizeKey(key: string): boolean {
    const { column } = this.#grid.active;
    if (key === 'ArrowLeft') this.#grid.resize(column, this.#grid.widthOf(column) - resizeStep);
    else if (key === 'ArrowRight') this.#grid.resize(column, this.#grid.widthOf(column) + resizeStep);
    else return false;
    return true;
  }

  /** Down on a cell makes it active; moving on with the button held selects up to where the pointer is. */
  #press(event: PointerEvent, element: HTMLElement): void {
    const grid = this.#grid;
    const place = grid.placeOf(event.target as Element);
    if (!place || event.button !== 0) return;
    element.focus({ preventScroll: true });
    event.preventDefault();
    grid.moveTo(place, event.shiftKey);
    const drag = (move: PointerEvent): void => {
      const over = document.elementFromPoint(move.clientX, move.clientY);
      const to = over && element.contains(over) ? grid.placeOf(over) : undefined;
      if (to && to.row >= 0 && (to.row !== grid.active.row || to.column !== grid.active.column)) grid.moveTo(to, true);
    };
    const end = (): void => {
      removeEventListener('pointermove', drag);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
    };
    addEventListener('pointermove', drag);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
  }

  #pressHead(event: PointerEvent): void {
    const place = this.#grid.placeOf(event.target as Element);
    if (!place || !onGrip(event)) return;
    event.preventDefault();
    const grip = event.target as HTMLElement;
    const start = event.clientX;
    const width = this.#grid.widthOf(place.column);
    const drag = (move: PointerEvent): void => this.#grid.resize(place.column, width + move.clientX - start);
    grip.setPointerCapture(event.pointerId);
    grip.addEventListener('pointermove', drag);
    grip.addEventListener('lostpointercapture', () => grip.removeEventListener('pointermove', drag), { once: true });
  }

  #clickHead(event: MouseEvent): void {
    const place = this.#grid.placeOf(event.target as Element);
    if (!place || onGrip(event)) return;
    this.#grid.moveTo({ row: -1, column: place.column }, false);
    this.#grid.sortColumn(place.column, event.shiftKey);
  }
}

const onGrip = (event: Event): boolean => (event.target as Element).classList.contains('grid-grip');
