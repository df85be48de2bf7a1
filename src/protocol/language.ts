/** What crosses between the editor and the language server beside LSP itself, and the commands that lenses call. */
import type { Translations } from '../base/say.ts';
import type { Catalog } from '../git4data/catalog.ts';
import type { DeltaTarget, RestoreTarget } from '../git4data/service/codeLens.ts';

/** A client's view of a document: which catalog it is bound to, or that it is none of ours. */
export interface CatalogParams {
  /** Documents that this catalog is for; empty: every document that has no catalog of its own. */
  readonly uris: readonly string[];
  readonly catalog: Catalog;
}

/** What the server is started with, as `initializationOptions`. */
export interface LanguageOptions {
  /** The translation of each English text that has one. */
  readonly strings: Translations;
}

/** Names of the requests and notifications of our own. */
export const languageMethods = {
  /** client → server, notification: `CatalogParams`. */
  catalog: 'deltatrain/catalog',
  /** client → server, request: `StatementParams` → `StatementFound | null`. */
  statementAt: 'deltatrain/statementAt',
  /** client → server, request: `{ uri }` → `StatementFound[]`. */
  statements: 'deltatrain/statements',
  /** client → server, request: `StatementParams` → `FormatEdit | null`: the statement in its canonical form. */
  formatStatement: 'deltatrain/formatStatement',
  /** client → server, notification: `LensSettings`. */
  lenses: 'deltatrain/lenses',
} as const;

/** Whether lenses are shown, as the settings say; sent when the server starts and when they change. */
export interface LensSettings {
  readonly shown: boolean;
}

export interface LanguagePosition {
  readonly line: number;
  readonly character: number;
}

export interface LanguageRange {
  readonly start: LanguagePosition;
  readonly end: LanguagePosition;
}

/** A place in a document: lines and characters from 0, as LSP counts them. */
export interface StatementParams {
  readonly uri: string;
  readonly position: LanguagePosition;
}

/** The statement at a place, with what is needed to run it. */
export interface StatementFound {
  readonly sql: string;
  readonly range: LanguageRange;
  /** The kind of the statement's tree: `diff`, `restore`, `select` … */
  readonly kind: string;
  /** The database that USE chose above it, else the connection's; null for none. */
  readonly database: string | null;
  /** True when running it may change or drop something: what production confirms. */
  readonly writes: boolean;
}

/** What makes a statement canonical: the range that is replaced, and its new text. */
export interface FormatEdit {
  readonly range: LanguageRange;
  readonly text: string;
}

/** `deltatrain.sql.runStatement` */
export interface RunStatementArgument {
  readonly uri: string;
  readonly sql: string;
  readonly range: LanguageRange;
  readonly database: string | null;
}

/** `deltatrain.sql.showRows`, `deltatrain.sql.trainOnDelta` */
export interface DeltaArgument extends DeltaTarget {
  readonly uri: string;
}

/** `deltatrain.sql.previewRestore`, `deltatrain.sql.restore` */
export interface RestoreArgument extends RestoreTarget {
  readonly uri: string;
}

/** The commands of the lenses, each with its one argument. */
export interface LanguageCommands {
  'deltatrain.sql.runStatement': RunStatementArgument;
  'deltatrain.sql.showRows': DeltaArgument;
  'deltatrain.sql.trainOnDelta': DeltaArgument;
  'deltatrain.sql.previewRestore': RestoreArgument;
  'deltatrain.sql.restore': RestoreArgument;
}

/** The commands that lenses call, by what they do; the extension registers each under the same name. */
export const languageCommands = {
  run: 'deltatrain.sql.runStatement',
  showRows: 'deltatrain.sql.showRows',
  trainOnDelta: 'deltatrain.sql.trainOnDelta',
  previewRestore: 'deltatrain.sql.previewRestore',
  restore: 'deltatrain.sql.restore',
} as const satisfies Record<string, keyof LanguageCommands>;
