// Runs inside the extension host: activates the named extensions one after the other, and writes down how long each took.
const fs = require('node:fs');
const vscode = require('vscode');

exports.run = async () => {
  const { order, report } = JSON.parse(process.env.ACTIVATION_BENCH);
  const times = {};
  for (const id of order) {
    const extension = vscode.extensions.getExtension(id);
    if (!extension) throw new Error(`${id} is not installed`);
    if (extension.isActive) throw new Error(`${id} is active already`);
    const started = performance.now();
    await extension.activate();
    times[id] = performance.now() - started;
  }
  fs.writeFileSync(report, JSON.stringify(times));
};
