import { describe, expect, test } from 'vitest';
import { countAims, markdownOf, type Table } from './table.js';

const table: Table = {
  title: 'made',
  columns: ['', 'time a call', 'spread'],
  rows: [
    ['**ours**', '1.20 µs', '± 3 %'],
    ['a | b', '2.40 µs', '± 1 %'],
  ],
  verdicts: [
    { aim: 'at most 2 times', met: true, measured: '1.50 times' },
    { aim: 'at most 1 times', met: false, measured: '1.50 times' },
  ],
  notes: ['- ours: does more.'],
};

describe('markdownOf', () => {
  test('is a table with its aims and notes below', () => {
    expect(markdownOf(table)).toBe(`### made

|  | time a call | spread |
| --- | ---: | ---: |
| **ours** | 1.20 µs | ± 3 % |
| a \\| b | 2.40 µs | ± 1 % |

- met: at most 2 times: 1.50 times
- **missed**: at most 1 times: 1.50 times

- ours: does more.`);
  });

  test('leaves out what there is not', () => {
    expect(markdownOf({ ...table, verdicts: [], notes: [] })).toMatch(/± 1 % \|$/);
  });
});

test('countAims counts what markdownOf wrote', () => {
  expect(countAims(markdownOf(table))).toEqual({ met: 1, all: 2 });
  expect(countAims('nothing')).toEqual({ met: 0, all: 0 });
});
