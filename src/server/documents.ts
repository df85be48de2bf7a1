/** The open documents as the services read them, each with the catalog it is bound to. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type Catalog, emptyCatalog } from '../git4data/catalog.ts';
import { editedDocument } from '../git4data/service/editedDocument.ts';
import { holdsOurs, readDocument, type SqlDocument } from '../git4data/service/document.ts';
import type { CatalogParams } from '../protocol/language.ts';

interface Kept {
  readonly version: number;
  readonly sql: SqlDocument;
  readonly isOurs: boolean;
}

export interface OpenDocument {
  readonly document: TextDocument;
  readonly sql: SqlDocument;
  readonly catalog: Catalog;
}

export class Documents {
  readonly #kept = new Map<string, Kept>();
  readonly #bound = new Map<string, Catalog>();
  #shared: Catalog = emptyCatalog;

  /** Catalogs for documents by name, or for every document that has none of its own. */
  bind({ uris, catalog }: CatalogParams): void {
    if (uris.length === 0) this.#shared = catalog;
    for (const uri of uris) this.#bound.set(uri, catalog);
  }

  /** The document as read; undefined for other people's SQL: neither bound to a connection nor with a statement of ours. */
  read(document: TextDocument | undefined): OpenDocument | undefined {
    if (!document) return undefined;
    const bound = this.#bound.get(document.uri);
    const { sql, isOurs: ours } = this.#readText(document);
    return ours || bound ? { document, sql, catalog: bound ?? this.#shared } : undefined;
  }

  /** The document whatever it is: a command was called in it. */
  asked(document: TextDocument | undefined): OpenDocument | undefined {
    if (!document) return undefined;
    return { document, sql: this.#readText(document).sql, catalog: this.#bound.get(document.uri) ?? this.#shared };
  }

  close(uri: string): void {
    this.#kept.delete(uri);
  }

  #readText(document: TextDocument): Kept {
    const known = this.#kept.get(document.uri);
    if (known?.version === document.version) return known;
    const text = document.getText();
    const sql = (known && editedDocument(known.sql, text)) ?? readDocument(text);
    const kept: Kept = { version: document.version, sql, isOurs: holdsOurs(sql) };
    this.#kept.set(document.uri, kept);
    return kept;
  }
}
