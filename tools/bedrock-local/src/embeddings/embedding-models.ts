import { asArray, isObject, type JsonObject } from '../messages/json.ts';
import type { Model } from '../models/model-directory.ts';
import { TokenEstimator } from '../tokens/token-estimator.ts';
import { validation } from '../wire/bedrock-error.ts';
import type { Embedder } from './embedder.ts';

export interface EmbeddingReply {
  body: JsonObject;
  inputTokens: number;
}

const TITAN_MAXIMUM_CHARACTERS = 50_000;
const COHERE_INPUT_TYPES = ['search_document', 'search_query', 'classification', 'clustering', 'image'];
const COHERE_MAXIMUM_TEXTS = 96;
const COHERE_MAXIMUM_CHARACTERS = 2_048;

/** The request and reply forms of the two embedding families, over one embedder. */
export class EmbeddingModels {
  private readonly embedder: Embedder;

  constructor(embedder: Embedder) {
    this.embedder = embedder;
  }

  async embed(body: Buffer, model: Model, requestId: string): Promise<EmbeddingReply> {
    const json = parse(body);
    return model.kind === 'titan-embedding' ? this.titan(json, model) : this.cohere(json, model, requestId);
  }

  private async titan(json: JsonObject, model: Model): Promise<EmbeddingReply> {
    const { inputText: text, dimensions = lengths(model)[0], normalize = true } = json;
    const types = json['embeddingTypes'] === undefined ? ['float'] : asArray(json['embeddingTypes']);
    const extra = hasOneLength(model) ? Object.keys(json).find((key) => key !== 'inputText') : undefined;
    if (extra !== undefined) throw malformed(`#: extraneous key [${extra}] is not permitted`);
    if (typeof text !== 'string') throw malformed('#: required key [inputText] not found');
    if (text === '') throw malformed('#/inputText: expected minLength: 1, actual: 0');
    if (text.length > TITAN_MAXIMUM_CHARACTERS) throw malformed(`expected maxLength: ${TITAN_MAXIMUM_CHARACTERS}, actual: ${text.length}`);
    if (typeof dimensions !== 'number' || !lengths(model).includes(dimensions)) throw malformed(`#/dimensions: ${String(dimensions)} is not a valid enum value`);
    if (typeof normalize !== 'boolean') throw malformed('#/normalize: expected type: Boolean');
    if (types.length === 0 || types.some((type) => type !== 'float' && type !== 'binary')) throw malformed('#/embeddingTypes: expected float or binary');
    const inputTokens = new TokenEstimator(model).ofText(text);
    if (inputTokens > model.contextTokens) {
      throw validation(`400 Bad Request: Too many input tokens. Max input tokens: ${model.contextTokens}, request input token count: ${inputTokens}`);
    }
    const vector = await this.embedder.embed(text, dimensions, normalize);
    if (hasOneLength(model)) return { body: { embedding: vector, inputTextTokenCount: inputTokens }, inputTokens };
    const embeddingsByType: JsonObject = {};
    if (types.includes('float')) embeddingsByType['float'] = vector;
    if (types.includes('binary')) embeddingsByType['binary'] = vector.map((value) => (value > 0 ? 1 : 0));
    return { body: { ...(types.includes('float') ? { embedding: vector } : {}), embeddingsByType, inputTextTokenCount: inputTokens }, inputTokens };
  }

  private async cohere(json: JsonObject, model: Model, requestId: string): Promise<EmbeddingReply> {
    const { texts, input_type: inputType } = json;
    if (!Array.isArray(texts)) throw malformed('#: required key [texts] not found');
    if (typeof inputType !== 'string') throw malformed('#: required key [input_type] not found');
    if (!COHERE_INPUT_TYPES.includes(inputType)) throw malformed(`#/input_type: ${inputType} is not a valid enum value`);
    if (texts.length === 0 || texts.length > COHERE_MAXIMUM_TEXTS) {
      throw malformed(`#/texts: expected ${texts.length === 0 ? 'minimum item count: 1' : `maximum item count: ${COHERE_MAXIMUM_TEXTS}`}, found: ${texts.length}`);
    }
    const dimensions = json['output_dimension'] ?? lengths(model)[0];
    if (typeof dimensions !== 'number' || !lengths(model).includes(dimensions)) throw malformed(`#/output_dimension: ${String(dimensions)} is not a valid enum value`);
    const truncate = json['truncate'] ?? 'NONE';
    const estimator = new TokenEstimator(model);
    const vectors: number[][] = [];
    let inputTokens = 0;
    for (const [index, text] of texts.entries()) {
      if (typeof text !== 'string') throw malformed(`#/texts/${index}: expected type: String`);
      if (hasOneLength(model) && text.length > COHERE_MAXIMUM_CHARACTERS && truncate === 'NONE') {
        throw malformed(`#/texts/${index}: expected maxLength: ${COHERE_MAXIMUM_CHARACTERS}, actual: ${text.length}`);
      }
      inputTokens += estimator.ofText(text);
      vectors.push(await this.embedder.embed(text, dimensions));
    }
    const types = asArray(json['embedding_types']);
    const embeddings = types.length === 0 ? vectors : Object.fromEntries(types.map((type) => [String(type), cohereType(String(type), vectors)]));
    const responseType = types.length === 0 ? 'embeddings_floats' : 'embeddings_by_type';
    return { body: { embeddings, id: requestId, response_type: responseType, texts }, inputTokens };
  }
}

function cohereType(type: string, vectors: number[][]): number[][] {
  if (type === 'float') return vectors;
  if (type === 'int8') return vectors.map((vector) => vector.map((value) => Math.round(value * 127)));
  if (type === 'uint8') return vectors.map((vector) => vector.map((value) => Math.round((value + 1) * 127.5)));
  if (type === 'ubinary') return vectors.map(packedBits);
  if (type === 'binary') return vectors.map((vector) => packedBits(vector).map((byte) => byte - 128));
  throw malformed(`#/embedding_types: ${type} is not a valid enum value`);
}

/** Eight signs in a byte. */
function packedBits(vector: readonly number[]): number[] {
  return Array.from({ length: vector.length / 8 }, (_, byte) => vector.slice(byte * 8, byte * 8 + 8).reduce((bits, value) => (bits << 1) | (value > 0 ? 1 : 0), 0));
}

function lengths({ dimensions = [] }: Model): readonly number[] {
  return dimensions;
}

/** The older models of both families: no choice of length, and shorter texts. */
function hasOneLength(model: Model): boolean {
  return lengths(model).length === 1;
}

function parse(body: Buffer): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(parsed)) return parsed;
  } catch {
    // Refused below, in the same words.
  }
  throw validation('Malformed input request, please reformat your input and try again.');
}

function malformed(problem: string): Error {
  return validation(`Malformed input request: ${problem}, please reformat your input and try again.`);
}
