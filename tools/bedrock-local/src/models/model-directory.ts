import { readFileSync } from 'node:fs';
import { BedrockError, validation } from '../wire/bedrock-error.ts';

export interface Model {
  id: string;
  /** `chat`: another maker's model, through Converse. */
  kind: 'claude' | 'chat' | 'titan-embedding' | 'cohere-embedding';
  /** What the model calls itself in InvokeModel replies. */
  name: string;
  tokenizer: string;
  contextTokens: number;
  maxOutputTokens: number;
  /** Tokens of the hidden prompt that explains tools to the model, added when a request has tools. */
  toolsPromptTokens: number;
  /** False: callable through an inference profile only. */
  onDemand: boolean;
  /** True: temperature and top_p together are refused. */
  oneSamplingParameter: boolean;
  /** False: a conversation must not end with the beginning of an answer. */
  takesPrefill: boolean;
  /** Who refuses what InvokeModel's body should not hold, and in whose words; `nova` is Amazon's own form, `none` is not served here. */
  bodyChecker: 'bedrock' | 'model' | 'nova' | 'none';
  /** Lengths of an embedding, the default first. */
  dimensions?: number[];
  /** True: AWS answers 404 for it; here only when the lifecycle switch is on. */
  retiredOnAws: boolean;
  provider: string;
  displayName: string;
  /** Prefixes of the inference profiles that contain it. */
  profiles: string[];
  /** Days, as YYYY-MM-DD. */
  lifecycle: { start: string; legacy?: string; end?: string };
  /** The shortest prompt prefix that is cached; null where the model has no prompt caching. */
  cacheMinimumTokens: number | null;
  /** Quota tokens that one output token costs. */
  outputBurndown: number;
  /** How the model thinks before it answers: never, within a budget of tokens, or as long as it sees fit. */
  thinking: 'none' | 'budget' | 'adaptive';
}

export function isEmbedding({ kind }: Model): boolean {
  return kind === 'titan-embedding' || kind === 'cohere-embedding';
}

export interface Tokenizer {
  japanese: number;
  latin: number;
  base: number;
  perMessage: number;
}

interface ModelData {
  tokenizers: Record<string, Tokenizer>;
  /** Ids of models that nobody can call any more. */
  ended: string[];
  models: Model[];
}

const data = JSON.parse(readFileSync(new URL('./models.json', import.meta.url), 'utf8')) as ModelData;
const PROFILE_PREFIX = /^(?:global|us|us-gov|eu|jp|apac|au|ca)\./;
const ARN = /^arn:aws[^:]*:bedrock:[a-z0-9-]*:(\d{12})?:(foundation-model|inference-profile|application-inference-profile|provisioned-model)\/(.+)$/;

export function tokenizerOf(model: Model): Tokenizer {
  const tokenizer = data.tokenizers[model.tokenizer];
  if (!tokenizer) throw new Error(`models.json has no tokenizer ${model.tokenizer}`);
  return tokenizer;
}

export interface ModelDirectoryOptions {
  /** Models that have reached their end of life: ids (or parts of them), or `retired` for those AWS has retired. */
  endOfLife?: readonly string[];
  /** Which model stands behind application inference profiles and provisioned models. */
  profileModelId?: string;
}

/** Knows which model an id, an inference profile or an ARN names, and refuses as Bedrock refuses. */
export class ModelDirectory {
  private readonly endOfLife: readonly string[];
  private readonly profileModelId: string;

  constructor(options: ModelDirectoryOptions = {}) {
    this.endOfLife = options.endOfLife ?? [];
    this.profileModelId = options.profileModelId ?? 'anthropic.claude-sonnet-4-5-20250929-v1:0';
  }

  get models(): readonly Model[] {
    return data.models;
  }

  /** Models that have not reached their end of life. */
  get living(): readonly Model[] {
    return data.models.filter((model) => !this.hasEnded(model));
  }

  /** A model that may be called by this id, now. */
  resolve(modelId: string): Model {
    const model = this.find(modelId);
    const { id, viaProfile } = this.baseId(modelId);
    if (!model.onDemand && !viaProfile) {
      throw validation(
        `Invocation of model ID ${id} with on-demand throughput isn’t supported. ` +
          'Retry your request with the ID or ARN of an inference profile that contains this model.',
      );
    }
    return model;
  }

  /** The model an id names, whether or not on-demand calls may use that id. */
  find(modelId: string): Model {
    const { id } = this.baseId(modelId);
    const model = data.models.find((candidate) => candidate.id === id);
    if (model ? this.hasEnded(model) : data.ended.includes(id)) {
      throw new BedrockError(
        'ResourceNotFoundException',
        'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
      );
    }
    if (!model) throw validation('The provided model identifier is invalid.');
    return model;
  }

  /** The model whose tokens are to be counted: by its own id only. */
  countable(modelId: string): Model {
    if (this.baseId(modelId).viaProfile) throw validation('The provided model identifier is invalid.');
    return this.find(modelId);
  }

  private hasEnded(model: Model): boolean {
    return this.endOfLife.some((entry) => (entry === 'retired' ? model.retiredOnAws : model.id.includes(entry)));
  }

  private baseId(modelId: string): { id: string; viaProfile: boolean } {
    const arn = ARN.exec(modelId);
    const kind = arn?.[2];
    if (kind === 'application-inference-profile' || kind === 'provisioned-model') return { id: this.profileModelId, viaProfile: true };
    const name = arn?.[3] ?? modelId;
    const id = name.replace(PROFILE_PREFIX, '');
    return { id, viaProfile: id !== name };
  }
}
