import { countTokens, decodeGenerator, encode } from 'gpt-tokenizer/encoding/cl100k_base';
import type { PromptPart } from '../caching/prompt-part.ts';
import { documentText } from '../messages/document-text.ts';
import type { ContentBlock, MessagesRequest } from '../messages/messages-request.ts';
import { tokenizerOf, type Model, type Tokenizer } from '../models/model-directory.ts';

const CJK = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d]|[\ud840-\ud87f][\udc00-\udfff]/g;
/** Longer texts are counted slice by slice: the tokenizer's time grows with the square of a word's length. */
const SLICE_LENGTH = 200;
/** What Claude counts for an image of about a megapixel, and what we count for a document that we cannot read. */
const IMAGE_TOKENS = 1_600;
const plainText = { disallowedSpecial: new Set<string>() };

/** Estimates only: Claude's tokenizers are not published, so cl100k counts are scaled by measured factors. */
export class TokenEstimator {
  private readonly tokenizer: Tokenizer;
  private readonly model: Model;

  constructor(model: Model) {
    this.model = model;
    this.tokenizer = tokenizerOf(model);
  }

  ofText(text: string): number {
    return Math.ceil(rawTokens(text) * this.factorFor(text));
  }

  /** How many of our tokens one cl100k token of this text stands for. */
  factorFor(text: string): number {
    if (text === '') return 1;
    const japaneseShare = (text.match(CJK)?.length ?? 0) / text.length;
    return this.tokenizer.japanese * japaneseShare + this.tokenizer.latin * (1 - japaneseShare);
  }

  ofRequest(request: MessagesRequest): number {
    return this.partsOf(request).reduce((sum, { tokens }) => sum + tokens, 0);
  }

  /** The prompt block by block, in the order in which models read it. */
  partsOf(request: MessagesRequest): PromptPart[] {
    const parts: PromptPart[] = request.tools.map((tool, index) => {
      const text = `${tool.name} ${tool.description} ${JSON.stringify(tool.inputSchema)}`;
      return { tokens: this.ofText(text) + (index === 0 ? this.model.toolsPromptTokens : 0), text: () => text, cacheControl: tool.cache_control };
    });
    for (const block of request.system) parts.push({ tokens: this.ofText(block.text), text: () => block.text, cacheControl: block.cache_control });
    for (const { role, content } of request.messages) {
      for (const [index, block] of content.entries()) {
        const tokens = this.ofBlock(block) + (index === 0 ? this.tokenizer.perMessage : 0);
        parts.push({ tokens, text: () => `${role} ${JSON.stringify({ ...block, cache_control: undefined })}`, cacheControl: block.cache_control });
      }
    }
    const [first] = parts;
    if (first) first.tokens += this.tokenizer.base;
    return parts;
  }

  private ofBlock(block: ContentBlock): number {
    switch (block.type) {
      case 'text':
        return this.ofText(block.text);
      case 'tool_use':
        return this.ofText(`${block.name} ${JSON.stringify(block.input)}`) + 10;
      case 'tool_result':
        return this.ofText(block.content) + 10;
      case 'thinking':
        return this.ofText(String(block.body['thinking'] ?? ''));
      case 'document': {
        const text = documentText(block.body);
        return text === '' ? IMAGE_TOKENS : this.ofText(text);
      }
      default:
        return IMAGE_TOKENS;
    }
  }
}

export interface TextPiece {
  text: string;
  /** cl100k tokens in this piece: more than one where a character takes several. */
  tokens: number;
}

/** Cuts text as a model would stream it: word pieces in English, one or two characters in Japanese, never half a character. */
export function cutIntoPieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  for (const slice of slices(text)) {
    let tokens = 0;
    const counted = (function* () {
      for (const token of encode(slice, plainText)) {
        tokens += 1;
        yield token;
      }
    })();
    for (const piece of decodeGenerator(counted)) {
      pieces.push({ text: piece, tokens });
      tokens = 0;
    }
  }
  return pieces;
}

/** In cl100k tokens. */
export function rawTokens(text: string): number {
  let total = 0;
  for (const slice of slices(text)) total += countOf(slice);
  return total;
}

const MOST_COUNTS = 20_000;
/** Prompts and schemas come back with every call, and counting them is most of a short call's work. */
let counts = new Map<string, number>();

function countOf(slice: string): number {
  let count = counts.get(slice);
  if (count !== undefined) return count;
  count = countTokens(slice, plainText);
  if (counts.size >= MOST_COUNTS) counts = new Map();
  counts.set(slice, count);
  return count;
}

function* slices(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + SLICE_LENGTH, text.length);
    // Between two words nothing is miscounted; a space belongs to the word after it.
    const space = end < text.length ? text.lastIndexOf(' ', end) : -1;
    if (space > start + SLICE_LENGTH / 2) end = space;
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end -= 1;
    yield text.slice(start, end);
    start = end;
  }
}
