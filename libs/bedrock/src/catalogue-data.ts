import { AppError, type JsonObject } from '@manga-assist/foundation';
import { priceTable, readPrices, type PriceTable } from '@manga-assist/pricing';
import { readFileSync } from 'node:fs';
import type { ModelProfile } from './model-profile.ts';
import { compileSchema } from './structured/compile-schema.ts';

/** A name for one model or several: what it is called with, and who stands in when none of these can answer. */
export interface AliasEntry {
  /** Model ids, inference profiles or ARNs, in the order they are asked; with `model` where the id does not end in it. */
  models: readonly (string | { id: string; model: string })[];
  fallback?: string;
}

export interface CatalogueData {
  aliases: ReadonlyMap<string, AliasEntry>;
  /** By base id. */
  models: ReadonlyMap<string, ModelProfile>;
  prices: PriceTable;
}

/** A file in the form of models.schema.json. */
interface CatalogueFile {
  aliases?: Readonly<Record<string, AliasEntry>>;
  models?: readonly ModelProfile[];
  prices?: readonly unknown[];
}

const here = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');
const schema = JSON.parse(here('./models.schema.json')) as JsonObject;

/**
 * The shipped data, with a deployment's own file over them: its entries replace those of the same
 * name. Throws `bedrock.invalid-model-data` (a wrong entry must not be found by a shopper) and
 * `pricing.invalid-prices`.
 */
export function readCatalogueData(ownFile = ''): CatalogueData {
  const shipped = checked('models.json', here('./models.json'));
  const own = ownFile === '' ? {} : checked(ownFile, readOwn(ownFile));
  const models = new Map([...(shipped.models ?? []), ...(own.models ?? [])].map((model) => [model.id, model]));
  for (const { id, lifecycle } of models.values()) {
    if (lifecycle.status !== 'active' && !models.has(lifecycle.replacement)) throw wrong(id, `its replacement ${lifecycle.replacement} is not in the list`);
  }
  return {
    aliases: new Map(Object.entries({ ...shipped.aliases, ...own.aliases })),
    models,
    prices: priceTable.extendedBy(readPrices(own.prices ?? [])),
  };
}

function readOwn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw wrong(file, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

function checked(name: string, json: string): CatalogueFile {
  let file: unknown;
  try {
    file = JSON.parse(json);
  } catch {
    throw wrong(name, 'it is not JSON');
  }
  // Compiled once, and only where a catalogue is opened: that takes tens of milliseconds.
  const problems = compileSchema(schema)(file).map((problem) => withId(problem, file));
  if (problems.length > 0) throw wrong(name, problems.join('; '));
  const { models = [] } = file as CatalogueFile;
  const twice = models.find(({ id }, index) => models.findIndex((other) => other.id === id) < index);
  if (twice) throw wrong(name, `${twice.id} stands there twice`);
  return file as CatalogueFile;
}

/** `/models/3/name must be string` → `anthropic.x /name must be string`: nobody counts entries. */
function withId(problem: string, file: unknown): string {
  const [, index, rest = ''] = /^\/models\/(\d+)(.*)$/s.exec(problem) ?? [];
  const id = (file as { models?: readonly { id?: unknown }[] }).models?.[Number(index)]?.id;
  return index !== undefined && typeof id === 'string' ? `${id} ${rest.trim()}` : problem;
}

function wrong(where: string, what: string): AppError {
  return new AppError('bug', 'bedrock.invalid-model-data', `The model data are wrong: ${where}: ${what}.`);
}
