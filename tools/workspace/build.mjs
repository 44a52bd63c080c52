// Compiles <project>/src to <project>/dist: TypeScript through SWC (.swcrc), every other file
// (prompts, JSON data) copied as it is. Usage: node tools/workspace/build.mjs <project>
import { transformFile } from '@swc/core';
import { copyFile, glob, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

const [project] = process.argv.slice(2);
const dist = join(project, 'dist');
await rm(dist, { recursive: true, force: true });

for await (const file of glob('**/*', { cwd: join(project, 'src'), exclude: ['**/*.spec.ts', '**/*.spec.tsx', '**/*.node-spec.ts'] })) {
  const source = join(project, 'src', file);
  if (!(await stat(source)).isFile() || file.endsWith('.spec.ts')) continue;
  const target = join(dist, file.replace(/\.ts$/, '.js'));
  await mkdir(dirname(target), { recursive: true });
  if (!file.endsWith('.ts')) {
    await copyFile(source, target);
    continue;
  }
  const { code, map } = await transformFile(source, {
    jsc: { rewriteRelativeImportExtensions: true },
    sourceFileName: relative(dirname(target), source),
  });
  await writeFile(target, `${code}//# sourceMappingURL=${basename(target)}.map\n`);
  await writeFile(`${target}.map`, map);
}
