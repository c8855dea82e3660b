import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The demo in a process of its own, as `npm start` runs it. */
export interface DemoProcess {
  /** Its first line: where to look, which TikTok, where tokens are. */
  readonly summary: string;
  readonly url: string;
  /** All it printed so far. */
  readonly output: () => string;
  /** Sends Ctrl-C and gives the exit code. */
  interrupt(): Promise<number | null>;
}

/** The demo as it is built. */
export const DEMO_ENTRY = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@tt/demo/package.json')),
  'dist/main.js',
);

/** Starts the built demo and waits until it says that it serves. */
export async function startDemo(env: Readonly<Record<string, string>>): Promise<DemoProcess> {
  const child = spawn(process.execPath, [DEMO_ENTRY], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    output += `${line}\n`;
  });
  const [summary] = await Promise.race([
    once(lines, 'line') as Promise<[string]>,
    once(child, 'exit').then(() => {
      throw new Error(`The demo did not start:\n${output}`);
    }),
  ]);
  const url = /https?:\/\/\S+/.exec(summary)?.[0];
  if (url === undefined) throw new Error(`The demo's first line has no URL: ${summary}`);
  return { summary, url, output: () => output, interrupt: () => interrupt(child) };
}

async function interrupt(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill('SIGINT');
  const [code] = await exited;
  return code;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
