export {
  describeTokenStore,
  type OpenedStores,
  type TestRunner,
  type TokenStoreSuiteOptions,
} from './describe-token-store.js';
export { createFakeClock, type FakeClock } from './fake-clock.js';
export type { Capability, Fault } from './rule.js';
