import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Consumer } from './consumer.js';

export interface RunningEmulator {
  readonly url: string;
  readonly clientKey: string;
  readonly clientSecret: string;
  stop(): Promise<void>;
}

/** Runs in the consumer's folder, so that it is the installed emulator. It ends when its input does. */
const program = `
import { createEmulator } from '@tt/emulator';

const emulator = await createEmulator();
const [{ clientKey, clientSecret }] = emulator.clients;
console.log(JSON.stringify({ url: emulator.url, clientKey, clientSecret }));
process.stdin.resume().on('end', () => process.exit());
`;

/** Starts the emulator that a consumer installed, with its ready-made client. */
export async function startEmulator(consumer: Consumer): Promise<RunningEmulator> {
  await consumer.write('emulator.mjs', program);
  const child = spawn(process.execPath, [join(consumer.folder, 'emulator.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const line = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
  if (line === undefined) {
    throw new Error('the installed emulator ended before it listened');
  }
  return {
    ...JSON.parse(String(line[0])),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
