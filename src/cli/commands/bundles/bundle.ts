/** `bundle`: a model's history as one file, which another machine opens and makes every model of it again. */
import path from 'node:path';
import manifest from '../../../../package.json' with { type: 'json' };
import { bundledConfig } from '../../../app/bundle/bundledConfig.ts';
import { makeBundle } from '../../../app/bundle/makeBundle.ts';
import { trainingOf } from '../../../app/config/config.ts';
import { Registry } from '../../../app/registry/registry.ts';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { writeBundle } from '../../../files/bundle/bundleFile.ts';
import { makeOwnFolder, removeOwnFolder } from '../../../host/ownFolders.ts';
import { countText, rowsText } from '../../../words/numbers.ts';
import { startEngine } from '../../connection/engineProcess.ts';
import { findConfig } from '../../connection/foundConfig.ts';
import type { Command, Invocation } from '../command.ts';
import { registries, type TrainingFrame, withFrame } from '../models/trainingFrame.ts';
import { recordWriter } from '../record.ts';

/** `deltatrain bundle`: every model of a training that can be made again, with what it needs; what stays behind is said. */
export const bundleCommand: Command = {
  name: 'bundle',
  usage: 'NAME --out FILE.dtb',
  summary: later('Write a model history into one file: models, decisions, and the snapshots they need'),
  options: { out: { type: 'string', value: 'FILE.dtb', about: later('The file to write') } },
  takes: [1, 1],
  run: (invocation) => withFrame(invocation, (frame) => bundle(frame, invocation)),
};

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

/** The registry that has models of that name. */
async function registryOf(frame: TrainingFrame, name: string): Promise<Registry> {
  for (const registry of await registries(frame, name)) if (await registry.hasModels(name)) return registry;
  trainingOf(frame.config(), name);
  throw new Failure('model.noParent', { training: name });
}

async function bundle(frame: TrainingFrame, invocation: Invocation): Promise<number> {
  const started = performance.now();
  const { output, cwd, signal } = invocation;
  const [name = ''] = invocation.positionals;
  const out = invocation.option('out');
  if (out === undefined) throw usage(say('Say where the bundle goes: --out FILE.dtb.'));
  if (!out.endsWith('.dtb')) throw usage(say('--out {0}: the name of a bundle ends in .dtb.', out));
  const file = path.resolve(cwd, out);
  const registry = await registryOf(frame, name);
  const config = findConfig(cwd)?.config ?? null;
  const named = config && Object.hasOwn(config.trainings, name) ? config.trainings[name] : undefined;
  const store = frame.oneConnection || !named ? registry.store : await frame.store(named.connection, name);
  const from = { store, engine: frame.openedOf(store).engine, registry };
  const folder = makeOwnFolder('bundle');
  try {
    const draft = path.join(folder, 'store.db');
    const engine = await startEngine({ kind: 'embedded', path: draft, readOnly: false, create: true }, signal);
    const made = await (async () => {
      try {
        const to = {
          store: engine.store,
          engine: engine.caller,
          registry: new Registry(engine.store, undefined, recordWriter),
        };
        const onSnapshot = (snapshot: string, rows: number): void =>
          output.progress(say('{0}: {1}', snapshot, rowsText(rows)));
        const done = await makeBundle(name, from, to, path.join(folder, 'rows.parquet'), onSnapshot, signal);
        await engine.store.compact(signal);
        return done;
      } finally {
        await engine.end();
      }
    })();
    const { contents, left, training } = made;
    const header = { tool: manifest.version, contents, config: JSON.stringify(bundledConfig(config, training)) };
    await writeBundle(file, header, draft, signal);
    output.progress('');
    for (const { model, why } of left) output.note(say('{0} is not in it: {1}.', model, why));
    const ms = Math.round(performance.now() - started);
    output.document({ ...contents, file, left, ms }, () =>
      say(
        '{0}: {1} models of "{2}" and {3} snapshots of {4}.',
        file,
        countText(contents.models.length),
        name,
        countText(contents.snapshots.length),
        contents.table,
      ),
    );
    return 0;
  } finally {
    removeOwnFolder(folder);
  }
}
