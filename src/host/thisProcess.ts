/** This process as others of its machine see it, for whatever program it runs. */
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

/** What a lease says of this program: which machine it is on, its number there, and how another one is asked for. */
export const thisProcess = {
  machine: `${hostname()} ${numbersOf()}`,
  pid: process.pid,
  /** Asks without a signal; throws where there is no such process. */
  probe: (pid: number): boolean => process.kill(pid, 0),
};

/** Whether no process of this machine has that number. */
export function isGone(pid: number): boolean {
  try {
    thisProcess.probe(pid);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
