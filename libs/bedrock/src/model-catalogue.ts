import { AppError } from '@manga-assist/foundation';
import type { ModelAlias, ModelChoice } from '@manga-assist/schemas';
import { readFileSync } from 'node:fs';
import { readModelProfiles, type ModelProfile } from './model-profile.ts';

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

/** The brief's models. Retired on AWS: a deployment there names living ones by configuration. */
const DEFAULT_MODEL_IDS: Readonly<Record<ModelAlias, string>> = {
  haiku: 'anthropic.claude-3-haiku-20240307-v1:0',
  sonnet: 'anthropic.claude-3-sonnet-20240229-v1:0',
};

/** The dearer model falls back to the cheaper one; the cheapest has nobody to fall back to. */
const FALLBACKS: Readonly<Record<ModelAlias, ModelAlias | undefined>> = { sonnet: 'haiku', haiku: undefined };

const PROFILE_PREFIX = /^(?:global|us-gov|us|eu|jp|au|apac|ca)\./;

/** Which model stands behind each alias, and what is known of it. */
export class ModelCatalogue {
  readonly #served: ReadonlyMap<ModelAlias, ServedModel>;

  constructor(served: readonly ServedModel[]) {
    this.#served = new Map(served.map((model) => [model.alias, model]));
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

  /** Every model that may be asked, siblings included. */
  get models(): readonly ServedModel[] {
    return [...this.#served.values()].flatMap((model) => [model, ...model.siblings]);
  }

  /** One sentence for each thing an operator on AWS had better know, for the log at start. */
  warnings(): readonly string[] {
    return this.models.flatMap(({ alias, modelId, profile }) => [
      ...(profile.lifecycle.status === 'retired'
        ? [`${alias}: ${profile.name} is retired on AWS since ${profile.lifecycle.since}; ${profile.lifecycle.replacement} replaces it.`]
        : []),
      ...(profile.needsProfile && modelId === profile.id
        ? [`${alias}: ${profile.name} is served on AWS through an inference profile only, such as global.${profile.id}.`]
        : []),
    ]);
  }
}

/**
 * The catalogue with the given models behind the aliases: base ids (`anthropic.claude-…`), inference
 * profiles (`global.anthropic.claude-…`) or ARNs that end in either, several by commas: the first is
 * asked first. Throws `bedrock.unknown-model`
 * for an id that is not in models.json: a guess would be priced and limited wrongly.
 */
export function openModelCatalogue(modelIds: Partial<Record<ModelAlias, string>> = {}): ModelCatalogue {
  const profiles = readModelProfiles(readFileSync(new URL('./models.json', import.meta.url), 'utf8'));
  const aliases = Object.keys(DEFAULT_MODEL_IDS) as ModelAlias[];
  return new ModelCatalogue(
    aliases.map((alias) => {
      const ids = (modelIds[alias] ?? DEFAULT_MODEL_IDS[alias]).split(',').map((id) => id.trim());
      const served = ids.map((modelId): ServedModel => ({ alias, modelId, profile: profileOf(alias, modelId), siblings: [], fallback: FALLBACKS[alias] }));
      const [first, ...siblings] = served as [ServedModel, ...ServedModel[]];
      return { ...first, siblings };
    }),
  );

  function profileOf(alias: ModelAlias, modelId: string): ModelProfile {
    const profile = profiles.get(baseModelId(modelId));
    if (profile) return profile;
    throw new AppError(
      'invalid',
      'bedrock.unknown-model',
      `${alias}: the model id "${modelId}" is not in the model catalogue. Known: ${[...profiles.keys()].join(', ')}, each also with the prefix of an inference profile.`,
    );
  }
}

/** `arn:…:inference-profile/global.anthropic.x` and `global.anthropic.x` → `anthropic.x`. */
export function baseModelId(modelId: string): string {
  return modelId.slice(modelId.lastIndexOf('/') + 1).replace(PROFILE_PREFIX, '');
}
