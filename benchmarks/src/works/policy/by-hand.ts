import type { Subject } from '../../harness/subject.js';
import { checkAnswer, noop } from './noop.js';

export function awaited(): Subject {
  return { call: noop, check: checkAnswer };
}
