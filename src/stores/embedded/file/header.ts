/** The first bytes of a store file, which say whose it is before SQLite, which might change it, sees it. */
import { applicationId } from '../types/catalog.ts';
import { readingFile } from './heldFile.ts';

const headerBytes = 100;

/** Null for a file that is none of ours, or too short to be one. Throws what the system says of a file that cannot be read. */
export function readHeader(path: string): Buffer | null {
  const header = readingFile(path, (read) => read(0, headerBytes));
  return header !== null && isOurHeader(header) ? header : null;
}

export const isOurHeader = (header: Buffer): boolean =>
  header.toString('latin1', 0, 16) === 'SQLite format 3\0' && header.readUInt32BE(68) === applicationId;
