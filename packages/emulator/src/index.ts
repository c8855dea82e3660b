export type { EmulatorClient, EmulatorClientOptions, OneOrMore } from './client.js';
export type { EmulatorClock } from './clock.js';
export {
  connectToEmulator,
  type EmulatorDescription,
  type RemoteEmulator,
  type RemoteFault,
  type RemoteUser,
} from './control/connect.js';
export type { ControlAccess } from './control/control-server.js';
export { createEmulator, type Emulator } from './emulator.js';
export type {
  EmulatorErrorCode,
  EmulatorFault,
  EmulatorFaultDetails,
  FaultPoint,
  RetryAfter,
} from './faults/fault.js';
export type { EmulatorFaultHandle, EmulatorFaultOptions } from './faults/faults.js';
export type { EmulatorFaultMatcher } from './faults/matcher.js';
export type { EmulatorLifetimes } from './lifetimes.js';
export type { EmulatorOperation } from './operation.js';
export type { EmulatorOptions } from './options.js';
export type { ConsentDecision } from './play-consent.js';
export type { EmulatorRateLimits } from './rate-limits.js';
export type { EmulatorRequest, EmulatorRequestFilter } from './request-log.js';
export type { EmulatorRules } from './rules.js';
export type { EmulatorUser, EmulatorUserOptions } from './user.js';
export type { EmulatorToken, EmulatorTokenFilter, EmulatorUserControl } from './user-control.js';
export type { EmulatorVideo, EmulatorVideoOptions } from './videos/video.js';
