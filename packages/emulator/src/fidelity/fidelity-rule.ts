import type { EmulatorOperation } from '../operation.js';
import type { Source } from './source.js';

/** Something the emulator does because TikTok does it. */
export interface FidelityRule {
  readonly rule: string;
  readonly sources: readonly Source[];
  /** Tests that fail when it is broken: file under `src`, then the title as it is written there. */
  readonly tests: readonly (readonly [file: string, title: string])[];
}

export interface FidelitySection {
  readonly title: string;
  /** What of the emulator the section is about. */
  readonly operations: readonly EmulatorOperation[];
  readonly rules: readonly FidelityRule[];
}
