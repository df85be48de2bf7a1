/** `model export`: a model in a form that other programs load. */
import path from 'node:path';
import { Failure } from '../../../base/failure.ts';
import { later, say } from '../../../base/say.ts';
import { modelText } from '../../../data/model.ts';
import { writeAtomically } from '../../../files/bytes/atomicFile.ts';
import { makeFolder, requirePlace } from '../../../host/newFolder.ts';
import type { Command, Invocation } from '../command.ts';
import { findModel, type TrainingFrame, withFrame } from './trainingFrame.ts';

const usage = (message: string): Failure => new Failure('usage.wrong', { message });

/** `deltatrain model export`: writes files that are there whole or not at all, into a folder that is made where it is not there. */
export const modelExport: Command = {
  name: 'model export',
  usage: 'MODEL --format onnx --out DIR',
  summary: later('Write a model in a form that other programs load: ONNX, with its encoder inside'),
  options: {
    format: {
      type: 'string',
      value: 'onnx',
      about: later('onnx: raw columns in, class and probabilities or value out'),
    },
    out: { type: 'string', value: 'DIR', about: later('The folder to write into') },
  },
  takes: [1, 1],
  run: (invocation) => withFrame(invocation, (frame) => exported(frame, invocation)),
};

/** As a file can be called everywhere: `weather-m5`. */
const fileName = (model: string): string => model.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-').replace(/^\.+/, '');

async function exported(frame: TrainingFrame, { positionals, option, cwd, output }: Invocation): Promise<number> {
  const [ref = ''] = positionals;
  const [format, out] = [option('format'), option('out')];
  if (format !== 'onnx') throw usage(say('Say in which form: --format onnx.'));
  if (out === undefined) throw usage(say('Say which folder the files go to: --out DIR.'));
  const { model, registry } = await findModel(frame, ref);
  const name = modelText(model);
  const facts = {
    deltatrain: frame.toolVersion,
    model: name,
    table: model.table,
    snapshot: model.snapshot.name,
    label: model.plan.label,
    madeAt: model.madeAt,
    artifactSha256: model.artifactSha256,
    weightsSha256: model.weightsSha256,
  };
  const folder = path.resolve(cwd, out);
  const what = say('Exporting {0} to {1}', name, folder);
  requirePlace(folder, what);
  // Loaded with the first export: from its sources, Node does not import the kernel as bytes.
  const { onnxModel } = await import('../../../train/exporting/onnx/onnxModel.ts');
  const { bytes, inputs, classes } = onnxModel(await registry.artifact(model), name, facts);
  const file = path.join(folder, `${fileName(name)}.onnx`);
  makeFolder(folder, what);
  await writeAtomically(file, (to) => to.write(bytes));
  output.document({ model: name, format, files: [file], inputs, classes }, () =>
    [
      say('{0}: {1}.', name, file),
      say('It is asked with: {0}.', inputs.map((input) => `${input.name} (${input.kind})`).join(', ')),
    ].join('\n'),
  );
  return 0;
}
