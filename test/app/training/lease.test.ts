// One run at a time per training, by a lease that lives as long as its owner's heartbeat.
import { expect, test } from 'vitest';
import type { Here } from '../../../src/app/registry/holder.ts';
import { acquireLease, leaseExpiryMs } from '../../../src/app/training/lease/lease.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import type { Workbench } from '../../../src/app/training/workbench.ts';
import { Failure } from '../../../src/base/failure.ts';
import type { RunOutcome } from '../../../src/data/run.ts';
import { HandClock, insertSamples, openBench, sql } from '../support/bench.ts';

test('a second owner waits for the first, and gets the lease when it is given back', async () => {
  const bench = await openBench(100);
  const training = await bench.training();
  const other = new Registry(bench.store);
  const first = await acquireLease(bench.registry, training, 'ann', bench.clock);
  await expect(acquireLease(other, training, 'ben', bench.clock)).rejects.toThrow(
    '"samples" is being trained by ann since 2026-01-01 00:00:00 UTC. Wait for it or cancel it there; a run whose program died is given up after a minute.',
  );
  await first.release();
  const second = await acquireLease(other, training, 'ben', bench.clock);
  await expect(acquireLease(bench.registry, training, 'ann', bench.clock)).rejects.toThrow('trained by ben');
  await second.release();
});

test('the heartbeat keeps a lease; without it, it can be taken over, and its first owner notices', async () => {
  const bench = await openBench(100);
  const training = await bench.training();
  const asleep = new HandClock();
  const dead = await acquireLease(bench.registry, training, 'ann', asleep);

  const later = new HandClock();
  later.move(leaseExpiryMs - 1);
  await expect(acquireLease(bench.registry, training, 'ben', later)).rejects.toThrow('trained by ann');
  later.move(1);
  const taken = await acquireLease(bench.registry, training, 'ben', later);

  expect(dead.lost.aborted).toBe(false);
  const noticed = new Promise<void>((resolve) => dead.lost.addEventListener('abort', () => resolve()));
  asleep.move(leaseExpiryMs);
  await noticed;
  await expect(bench.store.write([dead.guard()])).rejects.toThrow(Failure);
  await dead.release();
  // Giving back what was lost takes nothing from the new owner.
  await expect(acquireLease(bench.registry, training, 'cleo', later)).rejects.toThrow('trained by ben');
  await taken.release();
});

test('a beating heart keeps the lease for longer than its expiry', async () => {
  const bench = await openBench(100);
  const training = await bench.training();
  const lease = await acquireLease(bench.registry, training, 'ann', bench.clock);
  for (let i = 0; i < 6; i++) {
    const before = await bench.store.changeCount();
    bench.clock.move(leaseExpiryMs / 4);
    await expect.poll(() => bench.store.changeCount()).not.toBe(before);
  }
  await expect(acquireLease(bench.registry, training, 'ben', bench.clock)).rejects.toThrow('trained by ann');
  await lease.release();
});

test('two windows on one training: the second run is refused and leaves no trace, the first one ends well', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 240);
  const training = await bench.training();
  let second: Promise<unknown> = Promise.resolve();
  let open = (): void => {};
  bench.trainer.at = (moment) => {
    if (moment !== 'delta') return;
    second = runTraining(
      { training, mode: 'delta' },
      { ...bench.workbench, owner: 'ben@desk' },
      new AbortController().signal,
      () => {},
    ).then(
      () => 'trained',
      (error: unknown) => error,
    );
    open();
  };
  const begun = new Promise<void>((resolve) => {
    open = resolve;
  });
  const first = bench.run('delta');
  await begun;
  const refused = await second;
  expect(Failure.is(refused, 'run.leased')).toBe(true);
  expect((await first).model?.number).toBe(2);
  expect(await bench.snapshotNames()).toEqual(['samples_v1', 'samples_v2']);
  expect(await sql(bench.store, 'SELECT training FROM deltatrain.leases')).toEqual([]);
});

test('a run that lost its lease registers nothing', async () => {
  const bench = await openBench(200);
  const training = await bench.training();
  await bench.registry.prepare();
  bench.trainer.at = (moment) => {
    if (moment === 'testing')
      stolen = bench.store.write([{ sql: `UPDATE deltatrain.leases SET run = 'stolen'`, values: [] }]);
  };
  let stolen: Promise<unknown> = Promise.resolve();
  await expect(
    runTraining({ training, mode: 'full' }, bench.workbench, new AbortController().signal, () => {}),
  ).rejects.toThrow('"samples" is being trained by ann@laptop since');
  await stolen;
  expect(await bench.registry.models()).toEqual([]);
  expect(await bench.snapshotNames()).toEqual([]);
});

test('a run that slept through its lease leaves the snapshot alone that the next owner made under the same name', async () => {
  const bench = await openBench(200);
  const training = await bench.training();
  const later = new HandClock();
  later.move(leaseExpiryMs);
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const ben: Workbench = {
    ...bench.workbench,
    owner: 'ben@desk',
    clock: later,
    registry: new Registry(bench.store),
    trainer: {
      plan: (...all) => bench.trainer.plan(...all),
      choose: () => bench.trainer.choose(),
      check: (...all) => bench.trainer.check(...all),
      evaluate: (...all) => bench.trainer.evaluate(...all),
      predict: (...all) => bench.trainer.predict(...all),
      async run(...all) {
        await gate;
        return bench.trainer.run(...all);
      },
    },
  };
  let second: Promise<RunOutcome> | undefined;
  const ann: Workbench = {
    ...bench.workbench,
    trainer: {
      plan: (...all) => bench.trainer.plan(...all),
      choose: () => bench.trainer.choose(),
      check: (...all) => bench.trainer.check(...all),
      evaluate: (...all) => bench.trainer.evaluate(...all),
      predict: (...all) => bench.trainer.predict(...all),
      run: (_job, _rows, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Failure('cancelled')));
          second = runTraining({ training, mode: 'full' }, ben, new AbortController().signal, ({ kind }) => {
            // Ann's laptop wakes up.
            if (kind === 'planned') bench.clock.move(leaseExpiryMs);
          });
        }),
    },
  };
  const first = runTraining({ training, mode: 'full' }, ann, new AbortController().signal, () => {});
  await expect(first).rejects.toThrow('is being trained by ben@desk');
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
  open();
  expect((await second)?.model?.snapshot.name).toBe('samples_v1');
});

test('a run whose process is gone on this machine is not waited for; one of another machine, or of 0.1, is', async () => {
  const bench = await openBench(100);
  const training = await bench.training();
  const gone = Object.assign(new Error('no such process'), { code: 'ESRCH' });
  const here = (machine: string, alive: readonly number[]): Here => ({
    machine,
    pid: 4711,
    probe: (pid) => {
      if (!alive.includes(pid)) throw gone;
    },
  });
  const takes = (as: Here | undefined) => acquireLease(bench.registry, training, 'ben', bench.clock, as);
  const killed = await acquireLease(bench.registry, training, 'ann', bench.clock, here('laptop', []));
  await expect(takes(undefined)).rejects.toThrow('trained by ann');
  await expect(takes(here('server', []))).rejects.toThrow('trained by ann');
  await expect(takes(here('laptop', [4711]))).rejects.toThrow('trained by ann');
  const taken = await takes(here('laptop', []));
  expect(await killed.taken()).toMatchObject({ code: 'run.leased' });
  await taken.release();
  const old = await acquireLease(bench.registry, training, 'ann', bench.clock);
  await expect(takes(here('laptop', []))).rejects.toThrow('trained by ann');
  await old.release();
});
