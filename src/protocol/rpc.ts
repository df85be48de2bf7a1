/**
 * Calls, streams and events between processes, typed by one contract map a border. Symmetric: each side may call and
 * answer. The same code serves webview, worker and engine process.
 */
import { systemFailure } from '../base/failures/systemFailure.ts';
import { Failure, type FailureCode, isFailureCode, mayHaveRun } from '../base/failure.ts';

/** A pipe for structured-clonable messages; `close` is told once when the other side is gone. */
export interface Port {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: (reason: string) => void): void;
}

/**
 * `calls`: one answer; `streams`: items, then a result, pulled with credit (at most two items in flight); `events`: no answer.
 * Parameters and results must be structured-clonable.
 */
export interface Contract {
  readonly calls: object;
  readonly streams: object;
  readonly events: object;
}

type Fn = (parameter: never) => unknown;
type ParameterOf<F> = F extends (parameter: infer P) => unknown ? P : never;
type ResultOf<F> = F extends Fn ? ReturnType<F> : never;
type ItemOf<F> = ResultOf<F> extends { item: infer I } ? I : never;
type EndOf<F> = ResultOf<F> extends { end: infer E } ? E : never;

/** The shape of a stream in a contract: `(parameter) => Stream<Item, End>`. */
export interface Stream<Item, End = void> {
  item: Item;
  end: End;
}

/**
 * What one side of a border must answer: a function for each call, a generator for each stream. One that is missing
 * does not compile.
 */
export type Answers<C extends Contract> = {
  [K in keyof C['calls']]: (
    parameter: ParameterOf<C['calls'][K]>,
    signal: AbortSignal,
  ) => Promise<ResultOf<C['calls'][K]>> | ResultOf<C['calls'][K]>;
} & {
  [K in keyof C['streams']]: (
    parameter: ParameterOf<C['streams'][K]>,
    signal: AbortSignal,
  ) => AsyncGenerator<ItemOf<C['streams'][K]>, EndOf<C['streams'][K]>>;
};

/**
 * The other side of a border, to be asked. A failure over there is thrown here with its code; when the other side is
 * gone, every call still open fails with `process.ended`.
 */
export interface Caller<C extends Contract> {
  call<K extends keyof C['calls'] & string>(
    name: K,
    parameter: ParameterOf<C['calls'][K]>,
    signal?: AbortSignal,
  ): Promise<ResultOf<C['calls'][K]>>;
  stream<K extends keyof C['streams'] & string>(
    name: K,
    parameter: ParameterOf<C['streams'][K]>,
    signal?: AbortSignal,
  ): AsyncGenerator<ItemOf<C['streams'][K]>, EndOf<C['streams'][K]>>;
  emit<K extends keyof C['events'] & string>(name: K, event: ParameterOf<C['events'][K]>): void;
}

/** What is done at each event of the other side, none of which is answered. */
export type Listeners<C extends Contract> = { [K in keyof C['events']]: (event: ParameterOf<C['events'][K]>) => void };

/** An error as it crosses: a failure keeps its code and data; anything else is a bug and crosses as its text. */
type WireError = { readonly code: FailureCode; readonly data: unknown } | { readonly bug: string };

type Message =
  | { readonly t: 'call'; readonly id: number; readonly name: string; readonly p: unknown }
  | { readonly t: 'open'; readonly id: number; readonly name: string; readonly p: unknown }
  | { readonly t: 'more'; readonly id: number }
  | { readonly t: 'cancel'; readonly id: number }
  | { readonly t: 'item'; readonly id: number; readonly item: unknown }
  | { readonly t: 'end'; readonly id: number; readonly value: unknown }
  | { readonly t: 'error'; readonly id: number; readonly error: WireError }
  | { readonly t: 'event'; readonly name: string; readonly p: unknown };

function toWireError(thrown: unknown): WireError {
  const error = systemFailure(thrown);
  if (error instanceof Failure) return { code: (error as Failure).code, data: (error as Failure).data };
  return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function fromWireError(error: WireError): Error {
  if ('bug' in error) return new Error(error.bug);
  if (!isFailureCode(error.code)) return new Error(`Unknown failure ${String(error.code)}`);
  return new (Failure as unknown as new (code: FailureCode, data: unknown) => Failure)(error.code, error.data);
}

/** Items that may be under way before the reader has taken the first of them. */
const credit = 2;

type Waiter = { item(value: unknown): void; end(value: unknown): void; fail(error: Error): void };
type Handler = (parameter: unknown, signal: AbortSignal) => unknown;

/** What one end of a port does: answers with `answers`, hears `listeners`, and calls the other side by the caller it returns. */
export function connect<Own extends Contract, Other extends Contract>(
  port: Port,
  answers: Answers<Own>,
  listeners: Listeners<Other> | Record<string, never>,
): Caller<Other> & {
  emit<K extends keyof Own['events'] & string>(name: K, event: ParameterOf<Own['events'][K]>): void;
} {
  const waiting = new Map<number, Waiter>();
  const serving = new Map<number, { controller: AbortController; more: () => void }>();
  let nextId = 1;
  let closed: string | undefined;
  const post = (message: Message): void => {
    if (closed === undefined) port.post(message);
  };

  async function serveCall(message: { id: number; name: string; p: unknown }): Promise<void> {
    const { id, name } = message;
    const controller = new AbortController();
    serving.set(id, { controller, more: () => {} });
    try {
      post({ t: 'end', id, value: await handlerOf(answers, name)(message.p, controller.signal) });
    } catch (error) {
      post({ t: 'error', id, error: toWireError(error) });
    } finally {
      serving.delete(id);
    }
  }

  async function serveStream(message: { id: number; name: string; p: unknown }): Promise<void> {
    const { id, name } = message;
    const controller = new AbortController();
    let left = credit;
    let wake: (() => void) | undefined;
    const awaken = (): void => {
      wake?.();
      wake = undefined;
    };
    controller.signal.addEventListener('abort', awaken, { once: true });
    serving.set(id, {
      controller,
      more: () => {
        left += 1;
        awaken();
      },
    });
    let source: AsyncGenerator<unknown, unknown> | undefined;
    try {
      source = handlerOf(answers, name)(message.p, controller.signal) as AsyncGenerator<unknown, unknown>;
      for (;;) {
        while (left === 0 && !controller.signal.aborted)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        if (controller.signal.aborted) throw new Failure('cancelled');
        const step = await source.next();
        if (step.done) {
          post({ t: 'end', id, value: step.value });
          return;
        }
        left -= 1;
        post({ t: 'item', id, item: step.value });
      }
    } catch (error) {
      // How what was left ended is told only where it must be heard.
      const late = await source?.return(undefined).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      post({ t: 'error', id, error: toWireError(mayHaveRun(late) ? late : error) });
    } finally {
      serving.delete(id);
    }
  }

  const hear = (message: { name: string; p: unknown }): void =>
    (listeners as Record<string, ((p: unknown) => void) | undefined>)[message.name]?.(message.p);

  function receive(message: Message): void {
    switch (message.t) {
      case 'call':
        return void serveCall(message);
      case 'open':
        return void serveStream(message);
      case 'more':
        return serving.get(message.id)?.more();
      case 'cancel':
        return serving.get(message.id)?.controller.abort();
      case 'event':
        return hear(message);
      case 'item':
        return waiting.get(message.id)?.item(message.item);
      case 'end':
        return waiting.get(message.id)?.end(message.value);
      case 'error':
        return waiting.get(message.id)?.fail(fromWireError(message.error));
    }
  }

  port.onMessage((raw) => {
    // The channel may carry words of others too (a debugger, a test runner): what is not ours is not answered.
    if (typeof raw === 'object' && raw !== null && 't' in raw) receive(raw as Message);
  });

  port.onClose((reason) => {
    closed = reason;
    for (const waiter of [...waiting.values()]) waiter.fail(new Failure('process.ended', { process: 'other', reason }));
    waiting.clear();
    for (const one of serving.values()) one.controller.abort();
  });

  const request = (t: 'call' | 'open', name: string, p: unknown, waiter: Waiter): number => {
    if (closed !== undefined) throw new Failure('process.ended', { process: 'other', reason: closed });
    const id = nextId++;
    waiting.set(id, waiter);
    try {
      post({ t, id, name, p });
    } catch (error) {
      waiting.delete(id);
      throw error;
    }
    return id;
  };

  const onAbort = (signal: AbortSignal | undefined, run: () => void): (() => void) => {
    if (!signal) return () => {};
    if (signal.aborted) run();
    else signal.addEventListener('abort', run, { once: true });
    return () => signal.removeEventListener('abort', run);
  };

  async function call(name: string, p: unknown, signal?: AbortSignal): Promise<unknown> {
    if (signal?.aborted) throw new Failure('cancelled');
    let done = (): void => {};
    try {
      return await new Promise((resolve, reject) => {
        const id = request('call', name, p, { item: () => {}, end: resolve, fail: reject });
        const stop = onAbort(signal, () => post({ t: 'cancel', id }));
        done = () => {
          stop();
          waiting.delete(id);
        };
      });
    } finally {
      done();
    }
  }

  async function* stream(name: string, p: unknown, signal?: AbortSignal): AsyncGenerator<unknown, unknown> {
    if (signal?.aborted) throw new Failure('cancelled');
    const arrived: ({ item: unknown } | { end: unknown } | { error: Error })[] = [];
    let wake: (() => void) | undefined;
    const put = (entry: { item: unknown } | { end: unknown } | { error: Error }): void => {
      arrived.push(entry);
      wake?.();
    };
    const id = request('open', name, p, {
      item: (item) => put({ item }),
      end: (end) => put({ end }),
      fail: (error) => put({ error }),
    });
    const stop = onAbort(signal, () => post({ t: 'cancel', id }));
    let open = true;
    try {
      for (;;) {
        const entry = arrived.shift();
        if (!entry) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        if ('item' in entry) {
          yield entry.item;
          post({ t: 'more', id });
          continue;
        }
        open = false;
        if ('error' in entry) throw entry.error;
        return entry.end;
      }
    } finally {
      stop();
      waiting.delete(id);
      if (open) post({ t: 'cancel', id });
    }
  }

  return {
    call: call as Caller<Other>['call'],
    stream: stream as unknown as Caller<Other>['stream'],
    emit: (name: string, p: unknown) => post({ t: 'event', name, p }),
  };
}

function handlerOf(answers: object, name: string): Handler {
  const handler = Object.hasOwn(answers, name) ? (answers as Record<string, Handler>)[name] : undefined;
  if (!handler) throw new Error(`Nobody answers "${name}"`);
  return handler;
}

/** A contract of nothing, for a side that only calls. */
export interface NoContract {
  calls: Record<never, never>;
  streams: Record<never, never>;
  events: Record<never, never>;
}
