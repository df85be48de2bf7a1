/** The row hash on Node: md5 of what `data/rowHash.ts` says it is taken of. */
import { hash } from 'node:crypto';
import { hashInput } from '../data/rowHash.ts';
import type { Value } from '../data/value.ts';

/** The row hash of a key under a salt: 32 lower-case hex digits. */
export const rowHash = (salt: string, key: readonly Value[]): string => hash('md5', hashInput(salt, key));
