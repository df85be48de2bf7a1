/** What the nodes of the tree share: their form, their ids, and text as Markdown. */
import { fenced, literal } from '../../base/shown.ts';
import type { TableName } from '../../data/table.ts';

/** What a node stands for, which is also what a command needs to be told to work on it. */
export type Subject =
  | { readonly kind: 'connection'; readonly connection: string }
  | { readonly kind: 'windows'; readonly connection: string }
  | { readonly kind: 'window'; readonly connection: string }
  | { readonly kind: 'database'; readonly connection: string; readonly database: string }
  | { readonly kind: 'table'; readonly connection: string; readonly table: TableName }
  | { readonly kind: 'group'; readonly connection: string; readonly table: TableName; readonly group: Group }
  | {
      readonly kind: 'snapshot';
      readonly connection: string;
      readonly table: TableName;
      readonly snapshot: string;
    }
  | {
      readonly kind: 'model';
      readonly connection: string;
      readonly table: TableName;
      readonly training: string;
      readonly model: number;
    }
  | { readonly kind: 'message'; readonly connection: string; readonly table?: TableName; readonly training?: string }
  | { readonly kind: 'more'; readonly connection: string; readonly of: string };

/** A group below a table. Safety snapshots have their own, closed, because nobody made them by hand. */
export type Group = 'snapshots' | 'safety' | 'models';

/** A node of the tree as plain data: what it shows, and what a command is told that works on it. */
export interface Node {
  /** The same for the same thing as long as it exists, and unique in the tree. */
  readonly id: string;
  readonly subject: Subject;
  readonly label: string;
  readonly description: string;
  /** Markdown. */
  readonly tooltip: string;
  /** A codicon. */
  readonly icon: string;
  readonly children: 'none' | 'closed' | 'open';
  /** What the menus of this node depend on, words between semicolons: `snapshot;safety`. */
  readonly context: string;
  /** What a click does, for nodes that are there to be clicked. */
  readonly click: { readonly command: string; readonly title: string } | null;
}

type Part = string | null | false | undefined;

export const joined = (...parts: Part[]): string => parts.filter(Boolean).join(' · ');
export const joinedContext = (...words: Part[]): string => words.filter(Boolean).join(';');
export const paragraphs = (...parts: Part[]): string => parts.filter(Boolean).join('\n\n');
/** The statement for it, in Markdown. */
export const code = (sql: string): string => `\n\n${fenced(`${sql};`)}`;
/** Text as Markdown shows it literally. */
export const plain = literal;

/** Parts may hold anything, so each is escaped before they are put together. */
export const idOf = (...parts: (string | number)[]): string => parts.map((part) => encodeURIComponent(part)).join('/');
