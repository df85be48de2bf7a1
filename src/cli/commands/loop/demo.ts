/** `demo`: the whole loop on the sample, for real, in a workspace that it leaves to look at. */
import { later, say } from '../../../base/say.ts';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { configFile, readConfig } from '../../../app/config/config.ts';
import { churnConfig } from '../../../app/sample/churn.ts';
import { type DemoAccount, type DemoStep, runDemo } from '../../../app/sample/demo.ts';
import { churnStory, type Story, weatherStory } from '../../../app/sample/story.ts';
import { inBothWords } from '../../../data/stored/firstWords.ts';
import { Registry } from '../../../app/registry/registry.ts';
import { resolveTraining } from '../../../app/config/resolveTraining.ts';
import { Failure } from '../../../base/failure.ts';
import { recordWriter } from '../record.ts';
import type { Command, Invocation } from '../command.ts';
import { startEngine } from '../../connection/engineProcess.ts';
import { demoLine, demoSummary } from './demoText.ts';
import { type TrainingFrame, withFrame, workbenchOf } from '../models/trainingFrame.ts';

const usualFolder = 'deltatrain-sample';
const storeFile = path.join('.deltatrain', 'store.db');
const mediaFolder = path.join(
  import.meta.dirname,
  import.meta.filename.endsWith('.ts') ? '../../../../media/sample' : '../media/sample',
);

/** `deltatrain demo`: makes a workspace, trains, updates, restores and reproduces in it, and says what it measured. */
export const demoCommand: Command = {
  name: 'demo',
  usage: '[--sample weather|churn] [--dir DIR]',
  summary: later('Run the whole loop on the sample in a new workspace'),
  options: {
    sample: {
      type: 'string',
      value: 'S',
      about: later(
        'weather: four years of two cities, as they arrived (the usual one). churn: 20,000 made-up customers',
      ),
    },
    dir: { type: 'string', value: 'DIR', about: later('The folder to make it in, new or empty (./deltatrain-sample)') },
  },
  takes: [0, 0],
  run: (invocation) => withFrame(invocation, (frame) => demo(frame, invocation)),
};

/** Scripts that run this for a person say what that person would type. */
const callText = (): string => process.env['DELTATRAIN_CALL'] || 'deltatrain';

/** The samples: each writes its files into the workspace, and tells its story. */
const samples: Readonly<Record<string, (folder: string) => Promise<Story>>> = {
  async weather(folder) {
    for (const file of [configFile, 'story.sql']) await copyFile(path.join(mediaFolder, file), path.join(folder, file));
    return weatherStory(await readFile(path.join(mediaFolder, 'weather.csv'), 'utf8'));
  },
  async churn(folder) {
    await writeFile(path.join(folder, configFile), `${churnConfig}\n`);
    return churnStory;
  },
};

function sampleNamed(name: string): (folder: string) => Promise<Story> {
  const found = Object.hasOwn(samples, name) ? samples[name] : undefined;
  if (!found) {
    const message = say('There is no sample "{0}": there are {1}.', name, Object.keys(samples).join(', '));
    throw new Failure('usage.wrong', { message });
  }
  return found;
}

const stepDocument = (step: DemoStep) => ({ ...inBothWords(step), guard: inBothWords(step.guard) });

const demoDocument = (folder: string, account: DemoAccount) => ({
  folder,
  ...account,
  steps: account.steps.map(stepDocument),
  badImport: { ...account.badImport, step: stepDocument(account.badImport.step) },
});

/** A demo that fails or is cancelled takes back what it made. */
async function demo(frame: TrainingFrame, invocation: Invocation): Promise<number> {
  const makes = sampleNamed(invocation.option('sample') ?? 'weather');
  const folder = path.resolve(invocation.cwd, invocation.option('dir') ?? usualFolder);
  const made = await claimFolder(folder);
  try {
    const account = await runIn(folder, await makes(folder), frame, invocation);
    invocation.output.document(demoDocument(folder, account), () => demoSummary(account, folder, callText()));
    return 0;
  } catch (error) {
    await made.takeBack();
    throw error;
  }
}

async function runIn(folder: string, story: Story, frame: TrainingFrame, { output }: Invocation): Promise<DemoAccount> {
  const file = path.join(folder, configFile);
  const config = readConfig(await readFile(file, 'utf8'), file);
  const engine = await startEngine({
    kind: 'embedded',
    path: path.join(folder, storeFile),
    readOnly: false,
    create: true,
  });
  try {
    const { store } = engine;
    const tell = (line: string): void => {
      if (!output.json) output.line(null, () => line);
    };
    tell(story.beginText(path.join(folder, storeFile)));
    return await runDemo(
      workbenchOf(frame, store, new Registry(store, undefined, recordWriter)),
      story,
      () => resolveTraining(config, story.training, store),
      frame.signal,
      (event) => tell(demoLine(event, story)),
    );
  } finally {
    await engine.end();
  }
}

/** Makes the folder, or takes an empty one; what is in it is never overwritten. */
async function claimFolder(folder: string): Promise<{ takeBack(): Promise<void> }> {
  try {
    const first = await mkdir(folder, { recursive: true });
    const there = (await readdir(folder)).filter((name) => !name.startsWith('.git'));
    if (there.length > 0)
      throw new Failure('run.refused', {
        what: say('The demo in {0}', folder),
        why: say('the folder is not empty. Name another one with --dir, or empty it.'),
      });
    return {
      async takeBack() {
        if (first !== undefined) await rm(first, { recursive: true, force: true });
        for (const name of [configFile, 'story.sql', '.deltatrain'])
          await rm(path.join(folder, name), { recursive: true, force: true });
      },
    };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('file.unwritable', { file: folder, reason }, { cause: error });
  }
}
