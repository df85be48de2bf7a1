/** The deltatrain.json that a command goes by. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Config, configFile, readConfig } from '../../app/config/config.ts';

/** A deltatrain.json that was found, and where. */
export interface FoundConfig {
  readonly config: Config;
  /** The folder of the file; paths in it start there. */
  readonly folder: string;
}

/** The nearest deltatrain.json from `cwd` upwards, or null when there is none. */
export function findConfig(cwd: string): FoundConfig | null {
  for (let folder = path.resolve(cwd); ; folder = path.dirname(folder)) {
    const file = path.join(folder, configFile);
    if (existsSync(file)) return { config: readConfig(readFileSync(file, 'utf8'), file), folder };
    if (path.dirname(folder) === folder) return null;
  }
}
