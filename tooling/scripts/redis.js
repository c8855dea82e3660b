// @ts-check
import { constants } from 'node:os';
import { endOnSignal, releaseSignals } from '../src/processes.js';
import { startByHand, usage } from '../src/redis/by-hand.js';
import { SetupError, setup } from '../src/setup.js';

const [kind = 'standalone', ...others] = process.argv.slice(2);

endOnSignal();
try {
  await setup();
  const starting = others.length === 0 ? startByHand(kind) : undefined;
  if (starting === undefined) {
    throw new SetupError(usage);
  }
  const { text, stop } = await starting;
  // From here on there is something to end in good order; before, whatever runs dies with this process.
  releaseSignals();
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => void stop().finally(() => process.exit(128 + constants.signals[signal])));
  }
  console.log(`${text}\n\nCtrl-C ends it.`);
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}
