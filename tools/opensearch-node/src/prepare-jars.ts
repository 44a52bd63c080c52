import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './run-program.ts';
import { UnavailableError } from './unavailable-error.ts';

const POM = fileURLToPath(new URL('../pom.xml', import.meta.url));
const JAVA = fileURLToPath(new URL('../java/mangaassist/', import.meta.url));
const LEAST_JAVA = 17;

export interface PreparedJars {
  classPath: string;
}

/**
 * The class path of the node: jars from Maven Central (some 90 MB, fetched once into `.local/opensearch`) and our
 * two classes, compiled. Prepared again whenever pom.xml or a Java file changes. Errors: `UnavailableError`.
 */
export async function prepareJars({ folder, timeoutMs }: { folder: string; timeoutMs: number }): Promise<PreparedJars> {
  await assertJava();
  const sources = (await readdir(JAVA)).filter((name) => name.endsWith('.java')).map((name) => join(JAVA, name));
  const hash = createHash('sha256');
  for (const file of [POM, ...sources]) hash.update(await readFile(file));
  const home = join(folder, hash.digest('hex').slice(0, 12));
  if (!existsSync(home)) await prepare(home, sources, timeoutMs);
  return { classPath: [join(home, 'classes'), join(home, 'lib', '*')].join(delimiter) };
}

/** In a folder beside, so that one that was interrupted is never taken for a whole one. */
async function prepare(home: string, sources: readonly string[], timeoutMs: number): Promise<void> {
  const unfinished = `${home}-${process.pid}`;
  try {
    await mkdir(join(unfinished, 'classes'), { recursive: true });
    await runProgram('mvn', ['--batch-mode', '--quiet', '--file', POM, `-Djars=${join(unfinished, 'lib')}`, 'process-resources'], { timeoutMs });
    await runProgram('javac', ['-nowarn', '-cp', join(unfinished, 'lib', '*'), '-d', join(unfinished, 'classes'), ...sources], { timeoutMs: 60_000 });
    await rename(unfinished, home);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function assertJava(): Promise<void> {
  const printed = await runProgram('java', ['-version'], { timeoutMs: 20_000 });
  const version = Number(/version "(\d+)/.exec(printed)?.[1]);
  if (!(version >= LEAST_JAVA)) throw new UnavailableError(`OpenSearch needs Java ${LEAST_JAVA} or newer; here is ${version}`);
}
