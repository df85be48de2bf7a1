/** The elements of the tree view: which there are, below which, and which a person has unfolded. */
import { pageSize } from '../../app/tree/nodes.ts';
import type { Node } from '../../app/tree/nodeText.ts';

/** A node and what it is now: the object stays the same while the thing it stands for exists. */
export interface Element {
  readonly id: string;
  node: Node;
}

export class Elements {
  readonly #known = new Map<string, Element>();
  readonly #parents = new Map<string, Element>();
  readonly #shown = new Map<string, number>();
  readonly #expanded = new Set<string>();

  get(id: string): Element | undefined {
    return this.#known.get(id);
  }

  parentOf({ id }: Element): Element | undefined {
    return this.#parents.get(id);
  }

  /** The elements of nodes that were just read below a parent, or at the top without one. */
  of(nodes: readonly Node[], parent: Element | undefined): Element[] {
    return nodes.map((node) => {
      const element = this.#known.get(node.id) ?? { id: node.id, node };
      element.node = node;
      this.#known.set(node.id, element);
      if (parent) this.#parents.set(node.id, parent);
      return element;
    });
  }

  expand({ id }: Element): void {
    this.#expanded.add(id);
  }

  collapse({ id }: Element): void {
    this.#expanded.delete(id);
  }

  /** Those that are unfolded, of one connection or of all. */
  expanded(connection: string | undefined): Element[] {
    return [...this.#known.values()].filter(
      ({ id, node }) => this.#expanded.has(id) && (connection === undefined || node.subject.connection === connection),
    );
  }

  /** Whether everything above an element is unfolded, so that it is in the tree as it is drawn. */
  isInSight(element: Element): boolean {
    for (let one = this.parentOf(element); one; one = this.parentOf(one))
      if (one.node.children !== 'open' && !this.#expanded.has(one.id)) return false;
    return true;
  }

  /** How many children of this id are shown; the rest follow a *Load more*. */
  shownOf(id: string): number {
    return this.#shown.get(id) ?? pageSize;
  }

  showMore(id: string): void {
    this.#shown.set(id, this.shownOf(id) + pageSize);
  }
}
