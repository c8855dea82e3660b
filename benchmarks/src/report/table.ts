/** A table of the results page. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly verdicts: readonly Verdict[];
  /** What a reader should know to read it. */
  readonly notes: readonly string[];
}

/** Whether an aim is met. */
export interface Verdict {
  readonly aim: string;
  readonly met: boolean;
  /** What was measured: `1.24 times`. */
  readonly measured: string;
}

/** The table as Markdown, its aims below it. */
export function markdownOf({ title, columns, rows, verdicts, notes }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map(escaped));
  const [head = [], ...body] = cells;
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    line(head),
    `| --- |${' ---: |'.repeat(Math.max(0, head.length - 1))}`,
    ...body.map(line),
    ...(verdicts.length === 0 ? [] : ['', ...verdicts.map(verdictLine)]),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}

const MET = '- met: ';
const MISSED = '- **missed**: ';

/** How many aims of a page's text are met, and how many it has. The lines are those of {@link markdownOf}. */
export function countAims(markdown: string): { readonly met: number; readonly all: number } {
  const lines = markdown.split('\n');
  const met = lines.filter((line) => line.startsWith(MET)).length;
  return { met, all: met + lines.filter((line) => line.startsWith(MISSED)).length };
}

function verdictLine({ aim, met, measured }: Verdict): string {
  return `${met ? MET : MISSED}${aim}: ${measured}`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
