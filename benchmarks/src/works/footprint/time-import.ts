import { run } from '@tt/tooling/processes';
import type { InstalledPackage } from './package-under-test.js';

/** How long an import takes in a new process. Nanoseconds. */
export interface ImportTime {
  readonly total: number;
  /** After what it depends on was imported. */
  readonly own: number;
}

/** @throws Error with what Node said, where it cannot be imported. */
export async function timeImport({ name, dependencies, folder }: InstalledPackage): Promise<ImportTime> {
  const { code, output } = await run(process.execPath, ['--input-type=module', '--eval', program(name, dependencies)], {
    cwd: folder,
  });
  const [total = Number.NaN, own = Number.NaN] = output.trim().split(' ').map(Number);
  if (code !== 0 || !(total >= own)) throw new Error(`${name} could not be imported:\n${output}`);
  return { total, own };
}

function program(name: string, dependencies: readonly string[]): string {
  return `
    const before = performance.now();
    ${dependencies.map((dependency) => `await import(${JSON.stringify(dependency)});`).join('\n')}
    const between = performance.now();
    const { length } = Object.keys(await import(${JSON.stringify(name)}));
    const after = performance.now();
    if (length === 0) throw new Error('it exports nothing');
    process.stdout.write(\`\${(after - before) * 1e6} \${(after - between) * 1e6}\`);
  `;
}
