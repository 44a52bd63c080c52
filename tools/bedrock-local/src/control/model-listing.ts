import type { Model, ModelDirectory } from '../models/model-directory.ts';
import { BedrockError } from '../wire/bedrock-error.ts';

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
  const isSystem = (query.get('typeEquals') ?? 'SYSTEM_DEFINED') === 'SYSTEM_DEFINED';
  return { inferenceProfileSummaries: isSystem ? profiles(directory, region) : [] };
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
  const isEmbedding = model.kind !== 'claude';
  return {
    modelArn: `arn:aws:bedrock:${region}::foundation-model/${model.id}`,
    modelId: model.id,
    modelName: model.displayName,
    providerName: model.provider,
    inputModalities: isEmbedding ? ['TEXT'] : ['TEXT', 'IMAGE'],
    outputModalities: isEmbedding ? ['EMBEDDING'] : ['TEXT'],
    responseStreamingSupported: !isEmbedding,
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
