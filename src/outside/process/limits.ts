/** What a group of processes uses: memory, as the system tells it. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const pageBytes = 4_096;

/** Linux: resident pages of every process of the group, from /proc. */
function linuxBytes(group: number): number {
  let bytes = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The name stands in parentheses and may hold anything.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[2]) === group) bytes += Number(fields[21]) * pageBytes;
    } catch {
      // It ended meanwhile.
    }
  }
  return bytes;
}

function othersBytes(group: number): number {
  const { stdout, status } = spawnSync('ps', ['-axo', 'pgid=,rss='], { encoding: 'utf8' });
  if (status !== 0) return 0;
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([pgid]) => pgid === group)
    .reduce((sum, [, rss = 0]) => sum + rss * 1_024, 0);
}

/** Bytes of memory of the processes of a group; 0 where the system does not tell. */
export const groupMemory = (group: number): number =>
  process.platform === 'linux' ? linuxBytes(group) : process.platform === 'win32' ? 0 : othersBytes(group);
