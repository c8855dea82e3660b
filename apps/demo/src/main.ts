import { tiktokLogger } from '@tt/logger';
import { readConfig } from './config.js';
import { type Demo, startDemo } from './start-demo.js';

let demo: Demo | undefined;
let stopping = false;

async function stop(): Promise<void> {
  // Asked twice, it does not wait any longer.
  if (stopping) process.exit(1);
  stopping = true;
  await demo?.close();
  process.exit(0);
}

process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());

try {
  demo = await startDemo(readConfig(process.env), tiktokLogger);
  process.stdout.write(`${demo.summary}\n`);
} catch (error) {
  process.stderr.write(`The demo cannot start. ${error instanceof Error ? error.message : String(error)}\n`);
  // Whatever was opened until then ends with the process.
  process.exit(1);
}
