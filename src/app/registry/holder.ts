/**
 * Which process holds a lease, written behind the name of its run: on the same machine others can see that it is gone, and need not
 * wait. A run of 0.1 says nothing, and is waited for.
 */
import { sha256 } from '../../base/sha256.ts';

/** This process, as others of its machine see it. */
export interface Here {
  /** What tells this machine, and what its process numbers belong to, from others. */
  readonly machine: string;
  readonly pid: number;
  /** Throws where there is no such process (`ESRCH`) or it may not be asked. */
  readonly probe: (pid: number) => unknown;
}

const machineOf = ({ machine }: Here): string => sha256(machine).slice(0, 10);

/** The name of a run with its process behind it. */
export const runOf = (name: string, here: Here | undefined): string =>
  here ? `${name}-p${here.pid.toString(36)}.${machineOf(here)}` : name;

/** True when the process of the run was on this machine and is no more. */
export function isGone(run: string, here: Here | undefined): boolean {
  const [, pid, machine] = /-p([0-9a-z]+)\.([0-9a-f]{10})$/.exec(run) ?? [];
  if (!here || pid === undefined || machine !== machineOf(here)) return false;
  try {
    here.probe(Number.parseInt(pid, 36));
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
