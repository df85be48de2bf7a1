/** Ports over the IPC channel of forked processes (fork with `serialization: 'advanced'`; the default turns an ArrayBuffer into `{}`). */
import { say } from '../base/say.ts';
import type { Port } from './rpc.ts';

type SendResult = (error: Error | null) => void;

/** What is used of a Node `ChildProcess`. */
export interface ForkedProcess {
  readonly connected: boolean;
  send(message: object, done: SendResult): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number | null, signal: string | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

/** What is used of Node's `process` inside a forked child. */
export interface OwnProcess {
  send?(message: object, handle?: undefined, options?: undefined, done?: SendResult): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

/** How long a child that has closed its channel may take to exit before its end is reported without an exit code, in ms. */
const exitPatience = 500;

/** Tells `onClose` listeners once, also those that come late. */
function closing(): { close(reason: string): void; onClose(listener: (reason: string) => void): void } {
  const listeners: ((reason: string) => void)[] = [];
  let closed: string | undefined;
  return {
    close(reason) {
      if (closed !== undefined) return;
      closed = reason;
      for (const listener of listeners) listener(reason);
    },
    onClose(listener) {
      if (closed === undefined) listeners.push(listener);
      else listener(closed);
    },
  };
}

/** The parent's end. Closes when the channel is drained and the child is gone, so that nothing it sent before is lost. */
export function childPort(child: ForkedProcess): Port {
  const end = closing();
  let exit: string | undefined;
  let stopWaiting = (): void => {};
  child.on('exit', (code, signal) => {
    stopWaiting();
    exit = signal === null ? say('exit code {0}', code ?? 0) : say('signal {0}', signal);
    if (!child.connected) end.close(exit);
  });
  child.on('disconnect', () => {
    if (exit !== undefined) return end.close(exit);
    const timer = setTimeout(() => end.close(say('it closed its channel')), exitPatience);
    stopWaiting = () => clearTimeout(timer);
  });
  child.on('error', (error) => {
    if (!child.connected) end.close(error.message);
  });
  return {
    post: (message) => {
      // A child that is going reports itself by its exit; a send that comes too late is not another error.
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (listener) => void child.on('message', listener),
    onClose: (listener) => end.onClose(listener),
  };
}

/** The child's end. Closes when the parent is gone or has disconnected. */
export function parentPort(own: OwnProcess): Port {
  const end = closing();
  own.on('disconnect', () => end.close(say('the parent process disconnected')));
  return {
    post: (message) => void own.send?.(message as object, undefined, undefined, () => {}),
    onMessage: (listener) => void own.on('message', listener),
    onClose: (listener) => end.onClose(listener),
  };
}
