export interface CodeBlock {
  /** What stands behind the opening fence, the first word of it: `ts`, `sh`. */
  readonly language: string;
  readonly code: string;
  /** The line of the code's first line, from 1. */
  readonly line: number;
}

/** The fenced code blocks of a Markdown page, indented ones (in a list) included. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; indent: number; language: string; line: number; code: string[] } | undefined;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,}|~{3,})\s*([^`]*)$/.exec(text) ?? [];
    if (open === undefined) {
      if (fence !== '') {
        const language = info.trim().split(/[\s{]/)[0] ?? '';
        open = { fence, indent: indent.length, language, line: index + 2, code: [] };
      }
    } else if (fence.startsWith(open.fence) && info.trim() === '') {
      blocks.push({ language: open.language, line: open.line, code: `${open.code.join('\n')}\n` });
      open = undefined;
    } else {
      open.code.push(text.slice(Math.min(open.indent, text.length - text.trimStart().length)));
    }
  }
  if (open !== undefined) {
    throw new Error(`the code block that begins at line ${open.line} is never closed`);
  }
  return blocks;
}

/** The packages that a shell block tells people to install, without versions: `npm i -D @tt/oauth ioredis@5`. */
export function installedPackages(shell: string): string[] {
  return shell
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .flatMap(
      (line) => /^(?:\$ )?(?:npm (?:i|install|add)|pnpm add|yarn add)\s+(.+)$/.exec(line)?.[1]?.split(/\s+/) ?? [],
    )
    .filter((word) => !word.startsWith('-'))
    .map((word) => word.replace(/(?<=.)@[^/]*$/, ''));
}

/** The packages that a TypeScript block imports, Node's own and relative paths aside. */
export function importedPackages(code: string): string[] {
  const specifiers = [...code.matchAll(/(?:from|import)\s*\(?\s*'([^'.][^']*)'/g)].map(
    ([, specifier = '']) => specifier,
  );
  return [...new Set(specifiers.filter((specifier) => !specifier.startsWith('node:')).map(packageOf))];
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
