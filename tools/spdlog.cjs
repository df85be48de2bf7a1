// Stands in for VS Code's native logger inside the web server: the same calls, written to the same files.
const fs = require('node:fs');
const path = require('node:path');

const NAMES = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];

class Logger {
  #file;
  #level = 2;
  #plain = false;

  constructor(file) {
    this.#file = file;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.closeSync(fs.openSync(file, 'a'));
  }

  #write(level, message) {
    if (level < this.#level || this.#file === undefined) return;
    const time = new Date().toISOString().replace('T', ' ').slice(0, 23);
    const line = this.#plain ? message : `${time} [${NAMES[level]}] ${message}\n`;
    try {
      fs.appendFileSync(this.#file, line);
    } catch {
      // The folder of the logs is gone, as at the end of a test: nobody reads them any more.
      this.#file = undefined;
    }
  }

  trace(message) {
    this.#write(0, message);
  }
  debug(message) {
    this.#write(1, message);
  }
  info(message) {
    this.#write(2, message);
  }
  warn(message) {
    this.#write(3, message);
  }
  error(message) {
    this.#write(4, message);
  }
  critical(message) {
    this.#write(5, message);
  }
  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.#plain = true;
  }
  flush() {}
  drop() {
    this.#file = undefined;
  }
}

const nothing = () => {};
const create = async (_name, file) => new Logger(file);

// Assigned one by one, so that VS Code's modules see each of them as a named import.
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = nothing;
exports.setFlushOn = nothing;
exports.shutdown = nothing;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
