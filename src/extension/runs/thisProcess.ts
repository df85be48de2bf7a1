/** The extension host as others of its machine see it. */
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Here } from '../../app/registry/holder.ts';

/** Where process numbers are counted anew, as in a container: a link of Linux, nothing elsewhere. */
function numbersOf(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** What a lease says of this program. */
export const thisProcess: Here = {
  machine: `${hostname()} ${numbersOf()}`,
  pid: process.pid,
  // Asks without a signal.
  probe: (pid) => process.kill(pid, 0),
};
