import manifest from '../../package.json' with { type: 'json' };
import { createEmulator, type Emulator } from '../emulator.js';
import type { EmulatorOptions } from '../options.js';
import { type CommandArguments, HELP, readArguments } from './arguments.js';
import { requestLine } from './request-line.js';
import { readSeedFile } from './seed-file.js';

/**
 * Runs the command `tt-emulator` until it is told to stop, by SIGINT or SIGTERM.
 *
 * @returns The exit code: 0 when all went well, 1 when it could not listen, 2 when it was called in a wrong way.
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  const told = readArguments(args);
  switch (told.kind) {
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case 'version':
      process.stdout.write(`${manifest.version}\n`);
      return 0;
    case 'wrong':
      return complain(told.problem, 2);
    case 'start':
      return start(told);
  }
}

async function start(told: Extract<CommandArguments, { kind: 'start' }>): Promise<number> {
  // Whoever reads the output may leave: a log nobody reads is no reason to end.
  process.stdout.on('error', () => {});
  let options: EmulatorOptions;
  let emulator: Emulator;
  try {
    options = await optionsOf(told);
  } catch (error) {
    return complain(messageOf(error), 2);
  }
  try {
    emulator = await createEmulator(options);
  } catch (error) {
    // A TypeError is about what the caller said; a port in use is not.
    return complain(messageOf(error).replace(/^createEmulator: /, ''), error instanceof TypeError ? 2 : 1);
  }
  process.stdout.write(`${startLine(emulator)}\n`);
  await stopSignal();
  await emulator.close();
  return 0;
}

async function optionsOf(told: Extract<CommandArguments, { kind: 'start' }>): Promise<EmulatorOptions> {
  const { host, port, seed, controlPort, quiet } = told;
  return {
    ...(seed === undefined ? {} : await readSeedFile(seed)),
    host,
    port,
    control: controlPort === undefined ? false : { port: controlPort },
    onRequest: quiet ? undefined : (request) => process.stdout.write(`${requestLine(request)}\n`),
  };
}

function startLine({ url, clients, users, control }: Emulator): string {
  const keys = clients.map((client) => client.clientKey).join(', ');
  const names = users.map((user) => `@${user.username}`);
  const shown = names.length > 5 ? [...names.slice(0, 5), `and ${names.length - 5} more`] : names;
  const access = control === undefined ? '' : ` | control: ${control.url} bearer ${control.token}`;
  return `tt-emulator: ${url} | app: ${keys} | users: ${shown.join(', ')}${access}`;
}

/** Once each: a second Ctrl-C ends the process as it would any other. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.removeListener('SIGINT', stop);
      process.removeListener('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function complain(problem: string, exitCode: number): number {
  process.stderr.write(`tt-emulator: ${problem}\n`);
  return exitCode;
}
