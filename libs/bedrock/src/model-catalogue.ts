import { AppError } from '@manga-assist/foundation';
import { priceTable, type PriceTable } from '@manga-assist/pricing';
import type { ModelAlias, ModelChoice } from '@manga-assist/schemas';
import { readCatalogueData, type AliasEntry, type CatalogueData } from './catalogue-data.ts';
import type { ModelProfile } from './model-profile.ts';

/** The model behind an alias. */
export interface ServedModel {
  alias: ModelAlias;
  /** What Bedrock is called with: a base id, an inference profile's id or an ARN. */
  modelId: string;
  profile: ModelProfile;
  /** The same alias over other profiles or models, asked before another alias is. */
  siblings: readonly ServedModel[];
  /** Who answers when none of these can. */
  fallback: ModelAlias | undefined;
}

const PROFILE_PREFIX = /^(?:global|us-gov|us|eu|jp|au|apac|ca)\./;

/** Which model stands behind each alias, and what is known of it. */
export class ModelCatalogue {
  /** What these models cost. */
  readonly prices: PriceTable;
  /** Base ids of all models that are known to be alive, served here or not. */
  readonly livingModelIds: readonly string[];
  readonly #served: ReadonlyMap<ModelAlias, ServedModel>;

  constructor(served: readonly ServedModel[], { prices = priceTable, livingModelIds = [] }: { prices?: PriceTable; livingModelIds?: readonly string[] } = {}) {
    this.#served = new Map(served.map((model) => [model.alias, model]));
    this.prices = prices;
    this.livingModelIds = livingModelIds;
  }

  /**
   * A name from the configuration as an alias: `haiku` and `sonnet`, which the doors take, or one that
   * the deployment has added for its jobs and its routing. Throws `bedrock.unknown-model`.
   */
  aliasNamed(name: string): ModelAlias {
    return this.served(name as ModelChoice).alias;
  }

  /** Throws `bedrock.unknown-model`, also for `auto`: only a router can choose. */
  served(alias: ModelChoice): ServedModel {
    const model = alias === 'auto' ? undefined : this.#served.get(alias);
    if (!model) throw new AppError('invalid', 'bedrock.unknown-model', `There is no model called that. Known: ${[...this.#served.keys()].join(', ')}.`);
    return model;
  }

  /** The alias itself, its siblings, then who stands in for it, in order. */
  ladder(alias: ModelChoice): readonly ServedModel[] {
    const rungs: ServedModel[] = [];
    for (let next: ModelChoice | undefined = alias; next !== undefined; next = this.served(next).fallback) {
      const rung = this.served(next);
      for (const served of [rung, ...rung.siblings]) {
        // Two aliases may stand for one model; asking it again under another name is no fallback.
        if (!rungs.some(({ modelId }) => modelId === served.modelId)) rungs.push(served);
      }
    }
    return rungs;
  }

  /** The base id, by which prices go, of what Bedrock was called with. */
  baseIdOf(modelId: string): string {
    return this.models.find((model) => model.modelId === modelId)?.profile.id ?? baseModelId(modelId);
  }

  /** Every model that may be asked, siblings included. */
  get models(): readonly ServedModel[] {
    return [...this.#served.values()].flatMap((model) => [model, ...model.siblings]);
  }

  /** One sentence for each thing an operator on AWS had better know, for the log at start. */
  warnings(): readonly string[] {
    return this.models.flatMap(({ alias, modelId, profile }) => [
      ...lifecycleWarning(alias, profile),
      ...(profile.needsProfile && modelId === profile.id
        ? [`${alias}: ${profile.name} is served on AWS through an inference profile only, such as global.${profile.id}.`]
        : []),
    ]);
  }
}

function lifecycleWarning(alias: ModelAlias, { name, lifecycle }: ModelProfile): readonly string[] {
  if (lifecycle.status === 'active') return [];
  const state = lifecycle.status === 'retired' ? `is retired on AWS since ${lifecycle.since}` : `is served by AWS until ${lifecycle.until} only`;
  return [`${alias}: ${name} ${state}; ${lifecycle.replacement} replaces it.`];
}

export interface ModelCatalogueOptions {
  /** More aliases, each as `opus=global.anthropic.claude-opus-4-7`; one given again gets another model to ask. They fall back to `sonnet`. */
  aliases?: readonly string[];
  /** The path of a JSON file in the form of models.schema.json: own models, aliases and prices, which go before the shipped ones. */
  file?: string;
}

/** Who stands in for an alias that says nothing of it. */
const USUAL_FALLBACK = 'sonnet';
const ALIAS = /^((?!auto=|embedding=)[a-z][a-z0-9-]{0,31})=(\S+)$/;

/**
 * The catalogue with the given models behind `haiku` and `sonnet`: base ids (`anthropic.claude-…`),
 * inference profiles (`global.anthropic.claude-…`) or ARNs that end in either, several by commas: the
 * first is asked first. They go before `aliases`, those before the file, and that before what ships.
 *
 * Throws `bedrock.unknown-model` for an id that is not in the data, since a guess would be priced and
 * limited wrongly, and `bedrock.invalid-model-data` for an alias or a file that is not as it must be.
 */
export function openModelCatalogue(modelIds: Partial<Record<ModelAlias, string>> = {}, { aliases = [], file = '' }: ModelCatalogueOptions = {}): ModelCatalogue {
  const data = readCatalogueData(file);
  const named = new Map([...data.aliases, ...readAliases(aliases)]);
  for (const [alias, ids] of Object.entries(modelIds)) named.set(alias, { ...data.aliases.get(alias), models: ids.split(',').map((id) => id.trim()) });
  checkFallbacks(named);
  const served = [...named].map(([alias, entry]) => servedAs(alias as ModelAlias, entry, data));
  const living = [...data.models.values()].filter(({ lifecycle }) => lifecycle.status === 'active');
  return new ModelCatalogue(served, { prices: data.prices, livingModelIds: living.map(({ id }) => id) });
}

function readAliases(entries: readonly string[]): Map<string, AliasEntry> {
  const named = new Map<string, AliasEntry>();
  for (const entry of entries) {
    const [, alias, modelId] = ALIAS.exec(entry.trim()) ?? [];
    if (alias === undefined || modelId === undefined) throw wrongAlias(`"${entry}" is not alias=model-id, with a name of lower-case letters, digits and dashes`);
    const fallback = alias === 'haiku' ? undefined : alias === USUAL_FALLBACK ? 'haiku' : USUAL_FALLBACK;
    named.set(alias, { models: [...(named.get(alias)?.models ?? []), modelId], ...(fallback && { fallback }) });
  }
  return named;
}

function checkFallbacks(named: ReadonlyMap<string, AliasEntry>): void {
  for (const alias of named.keys()) {
    const seen = new Set<string>();
    for (let next: string | undefined = alias; next !== undefined; next = named.get(next)?.fallback) {
      if (!named.has(next)) throw wrongAlias(`${alias} falls back to ${next}, which is none`);
      if (seen.has(next)) throw wrongAlias(`${alias} falls back to itself`);
      seen.add(next);
    }
  }
}

function servedAs(alias: ModelAlias, { models, fallback }: AliasEntry, data: CatalogueData): ServedModel {
  const served = models.map((entry): ServedModel => {
    const { id: modelId, model } = typeof entry === 'string' ? { id: entry, model: baseModelId(entry) } : entry;
    return { alias, modelId, profile: profileOf(model), siblings: [], fallback: fallback as ModelAlias | undefined };
  });
  const [first, ...siblings] = served as [ServedModel, ...ServedModel[]];
  return { ...first, siblings };

  function profileOf(modelId: string): ModelProfile {
    const profile = data.models.get(modelId);
    if (profile) return profile;
    throw new AppError(
      'invalid',
      'bedrock.unknown-model',
      `${alias}: the model id "${modelId}" is not in the model catalogue. Known: ${[...data.models.keys()].join(', ')}, each also with the prefix of an inference profile.`,
    );
  }
}

function wrongAlias(what: string): AppError {
  return new AppError('bug', 'bedrock.invalid-model-data', `The aliases are wrong: ${what}.`);
}

/** `arn:…:inference-profile/global.anthropic.x` and `global.anthropic.x` → `anthropic.x`. */
export function baseModelId(modelId: string): string {
  return modelId.slice(modelId.lastIndexOf('/') + 1).replace(PROFILE_PREFIX, '');
}
