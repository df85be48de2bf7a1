// A trainer of the protocol in Node: it learns the most frequent label, and misbehaves in the way that its options say.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [verb, file] = process.argv.slice(-2);
const job = JSON.parse(fs.readFileSync(file, 'utf8'));
const { how = 'well', modules, jobs } = job.options;
if (jobs) fs.appendFileSync(jobs, `${JSON.stringify(job)}\n`);
const from = (name) => import(modules[name]);

const hang = () => new Promise((resolve) => setTimeout(resolve, 1e9));

async function rowsOf(name) {
  const { asyncBufferFromFile, parquetReadObjects } = await from('hyparquet');
  const { compressors } = await from('hyparquet-compressors');
  return parquetReadObjects({ file: await asyncBufferFromFile(name), compressors });
}

async function writeAnswers(columnData) {
  const { parquetWriteBuffer } = await from('hyparquet-writer');
  fs.writeFileSync(job.answers, Buffer.from(parquetWriteBuffer({ columnData })));
}

if (verb === 'describe') {
  if (how === 'garbage') fs.writeFileSync(job.description, '{"protocol": 7');
  else if (how === 'newer') fs.writeFileSync(job.description, '{"protocol": 2}');
  else if (how !== 'silent')
    fs.writeFileSync(
      job.description,
      JSON.stringify({
        protocol: 1,
        name: 'frequent',
        tasks: ['classification', 'regression'],
        updates: how !== 'always full',
        deterministic: how !== 'random',
      }),
    );
} else if (verb === 'train') {
  process.stdout.write(`reading\n${JSON.stringify({ progress: 0.5, message: 'half way' })}\n`);
  if (how === 'hang') {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e9)'], { stdio: 'ignore' });
    fs.writeFileSync(job.options.pids, JSON.stringify([process.pid, child.pid]));
    await hang();
  }
  if (how === 'dies') process.kill(process.pid, 'SIGKILL');
  if (how === 'fails') {
    process.stderr.write('Traceback: the label was not there\n');
    process.exit(3);
  }
  if (how === 'talks')
    for (;;) await new Promise((resolve) => process.stdout.write(`${'x'.repeat(1_000)}\n`.repeat(20), resolve));
  if (how === 'fills') {
    const to = fs.openSync(path.join(job.scratch, 'big'), 'w');
    for (;;) {
      fs.writeSync(to, Buffer.alloc(1_000_000));
      await new Promise(setImmediate);
    }
  }
  if (how === 'grows') {
    const held = [];
    for (;;) {
      held.push(Buffer.alloc(10_000_000, 1));
      await new Promise(setImmediate);
    }
  }
  const counts = {};
  const given = {};
  for (const [name, of] of Object.entries(job.files)) if (of !== null) given[name] = (await rowsOf(of)).length;
  for (const name of ['train', 'changed', 'replay'])
    if (job.files[name] !== null)
      for (const row of await rowsOf(job.files[name])) counts[row[job.label]] = (counts[row[job.label]] ?? 0) + 1;
  const parents = job.parent === null ? null : JSON.parse(fs.readFileSync(path.join(job.parent, 'model.json'), 'utf8'));
  for (const [label, count] of Object.entries(parents?.counts ?? {})) counts[label] = (counts[label] ?? 0) + count;
  const seen = {
    ...{
      mode: job.mode,
      given,
      counts,
      seed: job.seed,
      environment: Object.keys(process.env).sort(),
      cwd: process.cwd(),
    },
    columns: Object.keys((await rowsOf(job.files.train ?? job.files.changed))[0]),
    ...(how === 'random' && { luck: Math.random() }),
  };
  const told = how === 'random' || job.options.tells ? seen : { counts };
  if (how !== 'leaves nothing') fs.writeFileSync(path.join(job.model, 'model.json'), JSON.stringify(told));
  if (how === 'large') fs.writeFileSync(path.join(job.model, 'large'), Buffer.alloc(3_000_000));
  if (how === 'huge') {
    // Without a byte on the disk.
    fs.writeFileSync(path.join(job.model, 'huge'), '');
    fs.truncateSync(path.join(job.model, 'huge'), 5_000_000_000);
  }
  if (how === 'links') fs.symlinkSync('/etc/passwd', path.join(job.model, 'link'));
} else {
  const rows = (await rowsOf(job.rows)).length;
  const { counts } = JSON.parse(fs.readFileSync(path.join(job.model, 'model.json'), 'utf8'));
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const n = how === 'too few' ? rows - 1 : how === 'too many' ? rows + 1 : rows;
  const column = (name, value) => ({ name, data: Array.from({ length: n }, () => value), type: 'DOUBLE' });
  const columns =
    job.task === 'regression'
      ? [column('value', Number(Object.keys(counts)[0] ?? 0))]
      : job.classes.map((name) => column(name, (counts[name] ?? 0) / all));
  if (how === 'NaN') columns[0] = column(columns[0].name, Number.NaN);
  if (how === 'not one') columns[0] = column(columns[0].name, 0.9);
  if (how === 'missing column') columns.pop();
  if (how === 'other class') columns.push(column('nobody', 0));
  if (how === 'texts')
    columns[0] = { name: columns[0].name, data: Array.from({ length: n }, () => 'high'), type: 'STRING' };
  if (how === 'no parquet') fs.writeFileSync(job.answers, 'PAR');
  else if (how !== 'no answers') await writeAnswers(columns);
}
