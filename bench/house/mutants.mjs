// The mutants: one important line each, made wrong, with the tests that must notice. `npm run bench house mutants` plants them.

/** @type {readonly import('./plant.mjs').Mutant[]} */
export const mutants = [
  {
    says: 'an event of another run counts',
    file: 'webview/page/state.ts',
    find: 'return run?.id === id ? withRun(',
    put: 'return run ? withRun(',
    tests: ['test/webview'],
  },
  {
    says: 'buffers are copied to the worker',
    file: 'webview/page/relay.ts',
    find: 'this.#worker?.postMessage(message, buffersOf(message));',
    put: 'this.#worker?.postMessage(message, []);',
    tests: ['test/webview'],
  },
  {
    says: 'a double click starts twice',
    file: 'webview/page/actions.ts',
    find: 'if (this.#store.state.busy.includes(name)) return;',
    put: '',
    tests: ['test/webview'],
  },
  {
    says: 'a stream that is over is never forgotten',
    file: 'src/protocol/rpc.ts',
    find: "      waiting.delete(id);\n      if (open) post({ t: 'cancel', id });",
    put: "      if (open) post({ t: 'cancel', id });",
    tests: ['test/protocol'],
  },
  {
    says: 'a result that just fills its copy is told as truncated',
    file: 'src/engine/spools.ts',
    find: 'if (step.value.rows > room)',
    put: 'if (step.value.rows >= room)',
    tests: ['test/engine'],
  },
  {
    says: 'a delta that just fills its copy is told as truncated',
    file: 'src/engine/spools.ts',
    find: 'truncated = page.rows > room;',
    put: 'truncated = page.rows >= room;',
    tests: ['test/engine'],
  },
  {
    says: 'production needs no name typed',
    file: 'src/extension/talk/consent.ts',
    find: "if (environment !== 'production') return;",
    put: 'return;',
    tests: ['test/extension/talk'],
  },
  {
    says: 'any name will do on production',
    file: 'src/extension/talk/consent.ts',
    find: 'text === name ? undefined',
    put: "text !== '' ? undefined",
    tests: ['test/extension/talk'],
  },
  {
    says: 'a restore is not verified',
    file: 'src/stores/embedded/shape/restore.ts',
    find: 'verify(db, table, to);\n  }',
    put: '  }',
    tests: ['test/stores/embedded/outside.test.ts'],
  },
];
