import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The pages of this package and of @tt/errors, below it: what they say a program prints is what it prints.

const here = fileURLToPath(new URL('..', import.meta.url));
const pages = ['../errors/README.md', 'README.md', '../../docs/correlation.md'];

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tt-pages-'));
  const installed: Record<string, string> = { '@tt/logger': here, '@tt/errors': join(here, '../errors') };
  for (const name of ['pino', 'winston', 'express', '@types/express', '@types/node'])
    installed[name] = join(here, 'node_modules', name);
  for (const [name, target] of Object.entries(installed)) {
    const path = join(folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Example {
  readonly title: string;
  readonly code: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly printed: string;
}

/** A program and the text block below it, with nothing between but words. A `pretty` one is of a developer's machine. */
function examplesOf(page: string): Example[] {
  const markdown = readFileSync(join(here, page), 'utf8');
  let code = '';
  return [...markdown.matchAll(/^```(\S+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].flatMap(
    ([, language, variant, text = '']) => {
      if (language === 'ts' || language === 'js') code = text;
      if (language !== 'text' || code === '') return [];
      const environment: Record<string, string> = variant === 'pretty' ? { NODE_ENV: 'development' } : {};
      return [{ title: `${page} ${code.split('\n')[0]} ${variant ?? ''}`, code, environment, printed: text }];
    },
  );
}

async function run({ code, environment }: Example): Promise<string> {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  writeFileSync(file, outputText);
  const env = { PATH: process.env.PATH ?? '', ...environment };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [file], { env, timeout: 15_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${stdout}\n${stderr}`, { cause: error }));
    });
  });
}

/** What differs from run to run is made the same: times, new ids, the frames of stacks. */
function normalised(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replace(/"time":\d+/g, '"time":<ms>')
    .replace(/tt-\d+-[0-9a-f]{12}/g, '<id>')
    .replace(/\n +at .*?( \{)?$/gm, '\n<frame>$1')
    .replace(/(?:\n<frame>)+/g, '\n<frame>');
}

const examples = pages.filter((page) => existsSync(join(here, page))).flatMap(examplesOf);

describe('a page prints what it says', () => {
  it('for every page', () => {
    expect(new Set(examples.map(({ title }) => title.split(' ')[0]))).toEqual(new Set(pages));
    expect(examples.length).toBeGreaterThanOrEqual(8);
  });

  it.each(examples)('$title', async (example) => {
    const printed = normalised(await run(example));
    expect(withoutDetails(printed, example.printed)).toBe(normalised(example.printed));
  });
});

it('the programs of docs/correlation.md compile, in strict mode', () => {
  const files = examples
    .filter(({ title }) => title.includes('docs/correlation.md'))
    .map(({ code }, index) => {
      const file = join(folder, `page-${index}.mts`);
      writeFileSync(file, code);
      return file;
    });
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    typeRoots: [join(folder, 'node_modules/@types')],
  });
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect(files.length).toBeGreaterThan(0);
  expect(problems).toEqual([]);
}, 30_000);

/** Where the page leaves an error's stack and some of its fields out, so does the comparison. */
function withoutDetails(printed: string, page: string): string {
  if (page.includes('"stack"')) return printed;
  return printed.replace(
    /"operation":"[^"]+",(?="statusCode)|,"retryable":(?:true|false),[^{}]*?"stack":"(?:[^"\\]|\\.)*"/g,
    '',
  );
}
