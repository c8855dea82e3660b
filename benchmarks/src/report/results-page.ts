import { countAims, markdownOf, type Table } from './table.js';

/** What a section of the page is made of. */
export interface Section {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly tables: readonly Table[];
  /** When, on what and for how long it was measured. */
  readonly circumstances: string;
}

const INTRODUCTION = `# Results

Written by \`npm run bench\`; [README.md](README.md) says how it measures, and what is made of an aim that is missed.
A time is the median of the rounds, each in a process of its own; \`spread\` is half the distance between the fastest and the
slowest of them. \`beside ours\` is how many times what ours takes, round by round. Ours is **bold**, doing it by hand is
*italic*.`;

/**
 * The page with one section in place of its older self. Sections stand in the order of `names`; what the old page
 * has of others stays as it is.
 */
export function withSection(page: string, section: Section, names: readonly string[]): string {
  const sections = new Map(sectionsOf(page));
  sections.set(section.name, markdownOfSection(section));
  const present = names.flatMap((name) => sections.get(name) ?? []);
  const { met, all } = countAims(present.join('\n'));
  return `${INTRODUCTION}\n\n${met} of ${all} aims are met.\n\n${present.join('\n\n')}\n`;
}

function markdownOfSection({ name, title, about, tables, circumstances }: Section): string {
  const body = [`## ${title}`, about, ...tables.map(markdownOf), `${circumstances} Again: \`npm run bench ${name}\`.`];
  return [begin(name), body.join('\n\n'), end(name)].join('\n');
}

function sectionsOf(page: string): readonly (readonly [string, string])[] {
  return [...page.matchAll(/<!-- begin ([\w-]+) -->[\s\S]*?<!-- end \1 -->/g)].flatMap(([text, name]) =>
    name === undefined ? [] : [[name, text] as const],
  );
}

function begin(name: string): string {
  return `<!-- begin ${name} -->`;
}

function end(name: string): string {
  return `<!-- end ${name} -->`;
}
