// A trainer of the protocol that learns: counts and sums of each class (or of each place), with what changed added and what was there
// before taken back. With the option `lucky` it leaves a number that no seed gives.
import fs from 'node:fs';
import path from 'node:path';

const [verb, file] = process.argv.slice(-2);
const job = JSON.parse(fs.readFileSync(file, 'utf8'));
const from = (name) => import(job.options.modules[name]);
const modelFile = (folder) => path.join(folder, 'model.json');
const loaded = (folder) => JSON.parse(fs.readFileSync(modelFile(folder), 'utf8'));

async function rowsOf(name) {
  if (name === null) return [];
  const { asyncBufferFromFile, parquetReadObjects } = await from('hyparquet');
  const { compressors } = await from('hyparquet-compressors');
  return parquetReadObjects({ file: await asyncBufferFromFile(name), compressors });
}

const nothing = () => ({ n: 0, sum: 0, squares: 0, places: {} });

/** A class by its label; of a regression a place, whose label is what is summed. */
function take(model, row, sign) {
  const label = row[job.label];
  if (label === null) return;
  const isNumber = job.task === 'regression';
  const group = (model.groups[isNumber ? row.place : label] ??= nothing());
  const x = Number(isNumber ? label : (row.size ?? 0));
  group.n += sign;
  group.sum += sign * x;
  group.squares += sign * x * x;
  group.places[row.place] = (group.places[row.place] ?? 0) + sign;
}

/** The share of a class in the density of the row: its size as normal, its place by counts. */
function density({ n, sum, squares, places }, row) {
  if (n <= 0) return 1e-9;
  const mean = sum / n;
  const variance = Math.max(0.01, squares / n - mean * mean);
  const x = Number(row.size ?? 0);
  const place = ((places[row.place] ?? 0) + 1) / (n + 8);
  return (n * place * Math.exp(-((x - mean) ** 2) / (2 * variance))) / Math.sqrt(variance) + 1e-9;
}

if (verb === 'describe') {
  const tasks = ['classification', 'regression'];
  const description = { protocol: 1, name: 'counting', tasks, updates: true, deterministic: !job.options.lucky };
  fs.writeFileSync(job.description, JSON.stringify(description));
} else if (verb === 'train') {
  const model = job.parent === null ? { groups: {} } : loaded(job.parent);
  for (const name of ['before', 'removed']) for (const row of await rowsOf(job.files[name])) take(model, row, -1);
  for (const name of ['train', 'changed']) for (const row of await rowsOf(job.files[name])) take(model, row, 1);
  if (job.options.lucky) model.luck = Math.random();
  fs.writeFileSync(modelFile(job.model), JSON.stringify(model));
} else {
  const { groups } = loaded(job.model);
  const rows = await rowsOf(job.rows);
  const answers = rows.map((row) => {
    if (job.task === 'regression') {
      const { n, sum } = groups[row.place] ?? nothing();
      return [n > 0 ? sum / n : 0];
    }
    const parts = job.classes.map((name) => density(groups[name] ?? nothing(), row));
    const all = parts.reduce((sum, part) => sum + part, 0);
    return parts.map((part) => part / all);
  });
  const names = job.task === 'regression' ? ['value'] : job.classes;
  const { parquetWriteBuffer } = await from('hyparquet-writer');
  const columnData = names.map((name, k) => ({ name, data: answers.map((row) => row[k]), type: 'DOUBLE' }));
  fs.writeFileSync(job.answers, Buffer.from(parquetWriteBuffer({ columnData })));
}
