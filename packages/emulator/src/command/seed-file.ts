import { readFile } from 'node:fs/promises';
import { isRecord } from '../check.js';

/** Options that a file cannot say, or that the command line says. */
const ELSEWHERE = ['host', 'port', 'listen', 'control', 'now', 'onRequest'];

/**
 * Reads a file of users, or of users, clients and other options of `createEmulator`. What they hold is judged there.
 *
 * @throws Error - when the file cannot be read, is not JSON, or says what only the command line may; in one sentence.
 */
export async function readSeedFile(path: string): Promise<Record<string, unknown>> {
  const value = parse(await read(path), path);
  if (Array.isArray(value)) return { users: value };
  if (!isRecord(value)) throw new Error(`${path} must hold an array of users or an object of options.`);
  const misplaced = ELSEWHERE.find((name) => Object.hasOwn(value, name));
  if (misplaced !== undefined) throw new Error(`${path} cannot say "${misplaced}"; see tt-emulator --help.`);
  return value;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(`Cannot read ${path} (${reason}).`, { cause: error });
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
