export type { EmulatorClient, EmulatorClientOptions, OneOrMore } from './client.js';
export { createEmulator, type Emulator } from './emulator.js';
export type { EmulatorLifetimes } from './lifetimes.js';
export type { EmulatorOperation } from './operation.js';
export type { EmulatorOptions } from './options.js';
export type { ConsentDecision } from './play-consent.js';
export type { EmulatorRequest, EmulatorRequestFilter } from './request-log.js';
export type { EmulatorUser, EmulatorUserOptions } from './user.js';
