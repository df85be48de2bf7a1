// An engine that tells its process id and never answers, as one whose server does not.
process.on('message', () => {});
process.stdout.write(`${process.pid}\n`);
