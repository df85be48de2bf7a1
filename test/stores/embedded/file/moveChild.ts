/**
 * Opens a store of an older format, tells the statements of moving it forward, and is killed before the n-th: `node moveChild.ts <path> <n>`.
 */
import { writeSync } from 'node:fs';
import { FileConnection } from '../../../../src/stores/embedded/sqlite/driver.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';

const [path = '', at = ''] = process.argv.slice(2);
let left = Number(at);
let isMoving = false;
for (const name of ['exec', 'run'] as const) {
  const call = FileConnection.prototype[name] as (...args: unknown[]) => unknown;
  Object.defineProperty(FileConnection.prototype, name, {
    value(this: FileConnection, sql: string, ...values: unknown[]): unknown {
      if (sql === 'BEGIN IMMEDIATE') isMoving = true;
      if (isMoving) writeSync(2, `${sql.replaceAll('\n', ' ')}\n`);
      if (isMoving && left-- === 0) process.kill(process.pid, 'SIGKILL');
      const result = call.call(this, sql, ...values);
      // The first transaction is that of the move.
      if (isMoving && sql === 'COMMIT') {
        writeSync(1, 'moved\n');
        process.kill(process.pid, 'SIGKILL');
      }
      return result;
    },
  });
}
EmbeddedStore.open({ path, readOnly: false, create: false });
