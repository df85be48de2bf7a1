/** How numbers read, everywhere: figures that line up, a real minus sign, no needless digits, the same in every locale. */
import type { DeltaCounts } from '../data/change.ts';
import { say } from '../base/say.ts';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const minus = '−';

/** `43,840` */
export const countText = (n: number): string => whole.format(n).replace('-', minus);

/** `412k`, `1.05M`; below 10,000 in full. */
export function compactText(n: number): string {
  if (n < 9_999.5) return countText(n);
  const [scaled, unit] = n < 999_500 ? [n / 1e3, 'k'] : n < 999_500_000 ? [n / 1e6, 'M'] : [n / 1e9, 'G'];
  return `${Number(scaled.toPrecision(3))}${unit}`;
}

/** `0.4 MB`, `12 MB`, `1.20 GB`; less than a tenth of one in kB. */
export function bytesText(bytes: number): string {
  const [scaled, unit] =
    bytes < 99_950 ? [bytes / 1e3, 'kB'] : bytes < 999_500_000 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${scaled.toLocaleString('en-US', { maximumSignificantDigits: scaled < 1 ? 1 : 3 })} ${unit}`;
}

/** `1 row`, `1,462 rows` */
export const rowsText = (rows: number): string => (rows === 1 ? say('1 row') : say('{0} rows', countText(rows)));

/** `1 test row`, `438 test rows` */
export const testRowsText = (rows: number): string =>
  rows === 1 ? say('1 test row') : say('{0} test rows', countText(rows));

/** `+730` / `~200` / `−3`, by flag. */
export const signs = { inserted: '+', updated: '~', deleted: minus } as const;

/** Net changes in one line: `+3,000 ~200 −0`. */
export const deltaText = (counts: DeltaCounts): string =>
  `+${countText(counts.inserted)} ~${countText(counts.updated)} ${minus}${countText(counts.deleted)}`;

/** An accuracy, or another share: `.842`; one is `1.00`, as wide. */
export function shareText(share: number): string {
  const text = share.toFixed(3);
  return text.startsWith('0') ? text.slice(1) : share.toFixed(2);
}

/** A size with the sign of a difference, `±` where it is zero. */
export const signedText = (size: string, difference: number): string =>
  Number(size) === 0 ? `±${size}` : `${difference < 0 ? minus : '+'}${size}`;

/** A difference of shares with its sign: `+.011`, `−.004`, `±.000`. */
export function differenceText(difference: number): string {
  const size = Math.abs(difference).toFixed(3).replace(/^0/, '');
  if (size === '.000') return '±.000';
  return `${difference < 0 ? minus : '+'}${size}`;
}

/** A difference of shares in points, signed: `+0.9`, `−13.1`; zero is `±0.0`. */
export function pointsText(difference: number): string {
  const size = sizeText(difference);
  if (size === '0.0') return '±0.0';
  return `${difference < 0 ? minus : '+'}${size}`;
}

/** How large a difference of shares is, in points: `13.1`. */
export const sizeText = (difference: number): string => Math.abs(difference * 100).toFixed(1);

/** From … to, in points: `−5.8 … −2.2`. */
export const intervalText = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  `${pointsText(low)} … ${pointsText(high)}`;

/** `20 %`; small shares keep a digit. */
export const percentText = (share: number): string =>
  `${share !== 0 && Math.abs(share) < 0.0995 ? (share * 100).toFixed(1) : (share * 100).toFixed(0)} %`;

/** `p < .001`, `p = .032` */
export const chanceText = (p: number): string => (p < 0.001 ? 'p < .001' : `p = ${p.toFixed(3).replace(/^0/, '')}`);

/** The first characters of a hash, enough to tell two apart by eye. */
export const shortHash = (hash: string): string => hash.slice(0, 8);
