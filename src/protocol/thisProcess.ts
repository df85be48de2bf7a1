/** This process as others of its machine see it. */
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Where process numbers are counted anew, as in a container: a link of Linux, nothing elsewhere. */
function numbersOf(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** What a lease says of this program; see `Here` of the training. */
export const thisProcess = {
  machine: `${hostname()} ${numbersOf()}`,
  pid: process.pid,
  /** Asks without a signal. */
  probe: (pid: number): boolean => process.kill(pid, 0),
} as const;
