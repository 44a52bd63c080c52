import { isEmbedding, type Model, type ModelDirectory } from '../models/model-directory.ts';
import { BedrockError, validation } from '../wire/bedrock-error.ts';

const MOST_PROFILES = 1_000;

/** ListFoundationModels, with its filters. */
export function listFoundationModels(directory: ModelDirectory, query: URLSearchParams, region: string): unknown {
  const provider = query.get('byProvider')?.toLowerCase();
  const output = query.get('byOutputModality');
  const inference = query.get('byInferenceType');
  const customisation = query.get('byCustomizationType');
  const modelSummaries = directory.living
    .map((model) => summaryOf(model, region))
    .filter(
      (summary) =>
        (!provider || summary.providerName.toLowerCase() === provider) &&
        (!output || summary.outputModalities.includes(output)) &&
        (!inference || summary.inferenceTypesSupported.includes(inference)) &&
        !customisation,
    );
  return { modelSummaries };
}

/** GetFoundationModel: the lifecycle is told from the day AWS gave; a model switched off with `--eol` is not found. */
export function getFoundationModel(directory: ModelDirectory, modelId: string, region: string): unknown {
  return { modelDetails: summaryOf(directory.find(modelId), region) };
}

export function listInferenceProfiles(directory: ModelDirectory, query: URLSearchParams, region: string): unknown {
  const isSystem = (query.get('typeEquals') ?? query.get('type') ?? 'SYSTEM_DEFINED') === 'SYSTEM_DEFINED';
  const all = isSystem ? profiles(directory, region) : [];
  const from = tokenPlace(query.get('nextToken'));
  const to = from + pageSize(query.get('maxResults'));
  return { inferenceProfileSummaries: all.slice(from, to), ...(to < all.length ? { nextToken: Buffer.from(`from ${to}`).toString('base64url') } : {}) };
}

function pageSize(text: string | null): number {
  const size = Number(text ?? MOST_PROFILES);
  if (Number.isInteger(size) && size >= 1 && size <= MOST_PROFILES) return size;
  throw validation(`1 validation error detected: Value '${String(text)}' at 'maxResults' failed to satisfy constraint: Member must have value ${size > MOST_PROFILES ? `less than or equal to ${MOST_PROFILES}` : 'greater than or equal to 1'}`);
}

function tokenPlace(token: string | null): number {
  if (token === null) return 0;
  const place = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (place === undefined) throw validation('The provided nextToken is invalid.');
  return Number(place);
}

export function getInferenceProfile(directory: ModelDirectory, identifier: string, region: string): unknown {
  const found = profiles(directory, region).find(({ inferenceProfileId, inferenceProfileArn }) => inferenceProfileId === identifier || inferenceProfileArn === identifier);
  if (!found) throw new BedrockError('ResourceNotFoundException', `The inference profile ${identifier.slice(0, 120)} could not be found.`);
  return found;
}

function profiles(directory: ModelDirectory, region: string) {
  return directory.living.flatMap((model) =>
    model.profiles.map((prefix) => {
      const inferenceProfileId = `${prefix}.${model.id}`;
      return {
        inferenceProfileName: `${prefix.toUpperCase()} ${model.provider} ${model.displayName}`,
        description: `Routes requests to ${model.provider} ${model.displayName} in ${prefix}.`,
        createdAt: `${model.lifecycle.start}T00:00:00Z`,
        updatedAt: `${model.lifecycle.start}T00:00:00Z`,
        inferenceProfileArn: `arn:aws:bedrock:${region}:000000000000:inference-profile/${inferenceProfileId}`,
        models: [{ modelArn: `arn:aws:bedrock:${region}::foundation-model/${model.id}` }],
        inferenceProfileId,
        status: 'ACTIVE',
        type: 'SYSTEM_DEFINED',
      };
    }),
  );
}

function summaryOf(model: Model, region: string) {
  const { start, legacy, end } = model.lifecycle;
  const embeds = isEmbedding(model);
  return {
    modelArn: `arn:aws:bedrock:${region}::foundation-model/${model.id}`,
    modelId: model.id,
    modelName: model.displayName,
    providerName: model.provider,
    inputModalities: embeds ? ['TEXT'] : ['TEXT', 'IMAGE'],
    outputModalities: embeds ? ['EMBEDDING'] : ['TEXT'],
    responseStreamingSupported: !embeds,
    customizationsSupported: [] as string[],
    inferenceTypesSupported: model.onDemand ? ['ON_DEMAND'] : ['INFERENCE_PROFILE'],
    modelLifecycle: {
      status: legacy === undefined ? 'ACTIVE' : 'LEGACY',
      startOfLifeTime: `${start}T00:00:00Z`,
      ...(legacy === undefined ? {} : { legacyTime: `${legacy}T00:00:00Z` }),
      ...(end === undefined ? {} : { endOfLifeTime: `${end}T00:00:00Z` }),
    },
  };
}
