/** What a server answered, and how our answer is compared with it: cell by cell, numbers by value, documents by what they hold. */

/** Rows as texts, with the protocol's types of the columns. */
export interface Rows {
  readonly types: readonly number[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Of a query its rows, of a change both tables behind it; null where the server refused. */
export type Answered = { readonly rows: Rows } | { readonly tables: readonly [Rows, Rows] } | null;

/** `digits`: the same number to the digits that the server shows. */
export type Verdict = 'equal' | 'digits' | 'different';

const integers: ReadonlySet<number> = new Set([1, 2, 3, 8, 9, 13]);
const decimals: ReadonlySet<number> = new Set([0, 246]);
const single = 4;
const double = 5;

/** A decimal text as a whole number times 10^scale; null for another text. */
function scaled(text: string, scale: number): bigint | null {
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!parts) return null;
  let digits = `${parts[2] ?? ''}${parts[3] ?? ''}`;
  let places = (parts[3] ?? '').length - Number(parts[4] ?? 0);
  if (places < 0) {
    digits += '0'.repeat(-places);
    places = 0;
  }
  const value = BigInt(digits || '0');
  const unit = 10n ** BigInt(Math.abs(places - scale));
  const found = places <= scale ? value * unit : (value + unit / 2n) / unit;
  return parts[1] === '-' ? -found : found;
}

const scaleOf = (text: string): number => /\.(\d*)/.exec(text)?.[1]?.length ?? 0;

function doubles(server: string, own: string, limit: number): Verdict {
  const [a, b] = [Number(server), Number(own)];
  if (a === b) return 'equal';
  if (Math.abs(a - b) <= limit * Math.max(Math.abs(a), Math.abs(b))) return 'digits';
  // PI() is shown with six digits behind the point.
  return scaled(own, scaleOf(server)) === scaled(server, scaleOf(server)) && scaleOf(server) > 0
    ? 'digits'
    : 'different';
}

/** `near`: a quotient or an average, whose last shown digit one server cuts and the other rounds. */
function decimal(server: string, own: string, near: boolean): Verdict {
  const scale = scaleOf(server);
  const [a, b] = [scaled(server, scale), scaled(own, scale)];
  if (a === null || b === null) return 'different';
  if (scaled(server, scale + 40) === scaled(own, scale + 40)) return 'equal';
  const distance = a > b ? a - b : b - a;
  return distance <= (near ? 1n : 0n) ? 'digits' : 'different';
}

/** The same document, whatever order its keys and blanks are in; MariaDB keeps JSON as it was written. */
function isSameDocument(server: string, own: string): boolean {
  const plain = (text: string): string =>
    JSON.stringify(JSON.parse(text), (_, value: unknown) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    );
  try {
    return plain(server) === plain(own);
  } catch {
    return false;
  }
}

/** One cell of ours, as the text that a client sees, beside the server's. */
function compareCell(type: number, server: string | null, own: string | null, near: boolean): Verdict {
  if (server === null || own === null) return server === own ? 'equal' : 'different';
  if (own === server) return 'equal';
  if (type === single) return doubles(server, own, 1e-6);
  if (type === double) return doubles(server, own, 1e-12);
  if (integers.has(type) || decimals.has(type)) return decimal(server, own, near);
  return /^[[{"]/.test(server) && isSameDocument(server, own) ? 'equal' : 'different';
}

const rank: readonly Verdict[] = ['equal', 'digits', 'different'];
const worse = (a: Verdict, b: Verdict): Verdict => (rank.indexOf(a) > rank.indexOf(b) ? a : b);

const sorted = <T extends readonly (string | null)[]>(rows: readonly T[]): readonly T[] => {
  const key = (row: T): string => row.map((cell) => cell ?? '~').join('\u0001');
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
};

/** Rows in order only where the statement orders them. */
export function compareRows(
  server: Rows,
  own: readonly (readonly (string | null)[])[],
  options: { readonly isOrdered: boolean; readonly near: boolean },
): Verdict {
  if (server.rows.length !== own.length) return 'different';
  const [theirs, ours] = options.isOrdered ? [server.rows, own] : [sorted(server.rows), sorted(own)];
  return theirs.reduce<Verdict>(
    (found, row, i) =>
      row.reduce<Verdict>(
        (so, cell, c) => worse(so, compareCell(server.types[c] ?? 0, cell, ours[i]?.[c] ?? null, options.near)),
        found,
      ),
    'equal',
  );
}

/** True where ORDER BY stands outside every parenthesis. */
export const isOrdered = (sql: string): boolean => / ORDER BY /.test(sql.replace(/\([^)]*\)/g, ''));

/** True where MatrixOne's digits are ours and another server shows fewer. */
export const isNear = (sql: string): boolean => / \/ |AVG\(/.test(sql);
