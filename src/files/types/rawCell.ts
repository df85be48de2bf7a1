/** One cell as a file holds it. */

/** Nested JSON (an array or object), as compact text. */
export interface JsonCell {
  readonly json: string;
}

/** A number of a JSON file that a double would change, as it is written there. */
export interface NumberCell {
  readonly number: string;
}

/** One cell as the file's format gives it: CSV gives text only, and null for a cell that is empty and not quoted. */
export type RawCell = null | string | number | bigint | boolean | Uint8Array | JsonCell | NumberCell;
