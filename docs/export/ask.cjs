const { readFileSync } = require('node:fs');
const ort = require('onnxruntime-web'); // or onnxruntime-node
const [model, rows] = [readFileSync(process.argv[2]), JSON.parse(readFileSync(process.argv[3]))];
const isText = (name) => rows.some((row) => typeof row[name] === 'string');
const texts = (name) => rows.map((row) => row[name] ?? '');
const numbers = (name) => Float64Array.from(rows, (row) => row[name] ?? Number.NaN); // a date: Date.parse(day) / 864e5
const tensor = (type, values) => new ort.Tensor(type, values, [rows.length, 1]);
const column = (name) => (isText(name) ? tensor('string', texts(name)) : tensor('float64', numbers(name)));
ort.InferenceSession.create(model).then(async (session) => {
  const found = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, column(name)])));
  process.stdout.write(JSON.stringify(Object.entries(found).map(([name, { data }]) => [name, [...data]])));
});
