/** The elements of a virtual grid: made, placed and filled here, and owned by the grid. */

/** A cell as the grid draws it. */
export interface GridCell {
  readonly text: string;
  /** What stood there before, when it changed. */
  readonly was: string | null;
  readonly tone: 'plain' | 'absent' | 'changed';
}

export function part(role: string, className: string, parent?: Element): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.setAttribute('role', role);
  parent?.append(element);
  return element;
}

export function headCell(): HTMLElement {
  const cell = part('columnheader', 'grid-cell');
  const title = document.createElement('span');
  const sort = document.createElement('span');
  sort.className = 'grid-sort';
  sort.setAttribute('aria-hidden', 'true');
  const grip = part('presentation', 'grid-grip');
  cell.append(title, sort, grip);
  return cell;
}

export function setCellCount(row: HTMLElement, cells: HTMLElement[], wanted: number, make: () => HTMLElement): void {
  while (cells.length > wanted) cells.pop()?.remove();
  while (cells.length < wanted) {
    const cell = make();
    cells.push(cell);
    row.append(cell);
  }
}

export function placeCell(cell: HTMLElement, column: number, edges: readonly number[], gutter: number): void {
  const left = edges[column] ?? 0;
  cell.dataset['column'] = String(column);
  cell.setAttribute('aria-colindex', String(column + 2));
  cell.style.left = `${gutter + left}px`;
  cell.style.width = `${(edges[column + 1] ?? left) - left}px`;
}

export function fillCell(cell: HTMLElement, content: GridCell | undefined): void {
  cell.classList.toggle('changed', content?.tone === 'changed');
  cell.classList.toggle('absent', content?.tone === 'absent');
  if (!content) cell.replaceChildren('…');
  else if (content.was === null) cell.replaceChildren(content.text);
  else {
    const was = document.createElement('del');
    was.textContent = content.was;
    const now = document.createElement('ins');
    now.textContent = content.text;
    cell.replaceChildren(was, ' ', now);
  }
}
