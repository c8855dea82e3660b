import { parseArgs } from 'node:util';

/** What the command was told to do. */
export type CommandArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly problem: string }
  | {
      readonly kind: 'start';
      readonly host: string;
      readonly port: number;
      /** Path of the file with users, clients and other options. */
      readonly seed: string | undefined;
      /** Port of the control; `undefined` for no control. */
      readonly controlPort: number | undefined;
      readonly quiet: boolean;
    };

export const HELP = `Usage: tt-emulator [options]

An offline TikTok: authorize page, tokens, user info and videos on a port of this machine.

  --port <number>          port to listen on; 0 takes a free one (default 4010)
  --host <address>         address to listen on (default 127.0.0.1)
  --seed <file>            JSON file with an array of users, or an object of users, clients
                           and any other option of createEmulator (see the README)
  --control                let other processes control it over HTTP, on loopback
  --control-port <number>  the same, on this port instead of a free one
  --quiet                  no request log
  --help, --version

Without --seed there are three accounts and one app: key awemulatorclientkey,
secret emulator-client-secret, redirect http://localhost:<any port>/auth/tiktok/callback
`;

/** Reads the command line. What is wrong with it is said in one sentence. */
export function readArguments(args: readonly string[]): CommandArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        seed: { type: 'string' },
        control: { type: 'boolean' },
        'control-port': { type: 'string' },
        quiet: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
    if (values.help === true) return { kind: 'help' };
    if (values.version === true) return { kind: 'version' };
    const controlPort = values['control-port'] ?? (values.control === true ? '0' : undefined);
    return {
      kind: 'start',
      host: values.host ?? '127.0.0.1',
      port: readPort(values.port ?? '4010', '--port'),
      seed: values.seed,
      controlPort: controlPort === undefined ? undefined : readPort(controlPort, '--control-port'),
      quiet: values.quiet ?? false,
    };
  } catch (error) {
    // parseArgs goes on with advice on what to do about arguments that begin with a dash; the first sentence will do.
    const [problem = ''] = error instanceof Error ? error.message.split(/\. |\n/) : [];
    return { kind: 'wrong', problem: `${problem.replace(/\.$/, '')}. See tt-emulator --help.` };
  }
}

function readPort(value: string, name: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new Error(`${name} is ${JSON.stringify(value)}; it takes a number from 0 to 65535`);
}
