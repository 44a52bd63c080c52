import { countTokens, decodeGenerator, encode } from 'gpt-tokenizer/encoding/cl100k_base';
import type { ContentBlock, MessagesRequest } from '../messages/messages-request.ts';
import { tokenizerOf, type Model, type Tokenizer } from '../models/model-directory.ts';

const CJK = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d]|[\ud840-\ud87f][\udc00-\udfff]/g;
/** Longer texts are counted slice by slice: the tokenizer slows down on very long words. */
const SLICE_LENGTH = 4_000;
/** What Claude counts for an image of about a megapixel, and what we count for a document. */
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
    let total = this.tokenizer.base;
    for (const block of request.system) total += this.ofText(block.text);
    for (const message of request.messages) {
      total += this.tokenizer.perMessage;
      for (const block of message.content) total += this.ofBlock(block);
    }
    if (request.tools.length > 0) total += this.model.toolsPromptTokens;
    for (const tool of request.tools) total += this.ofText(`${tool.name} ${tool.description} ${JSON.stringify(tool.inputSchema)}`);
    return total;
  }

  private ofBlock(block: ContentBlock): number {
    switch (block.type) {
      case 'text':
        return this.ofText(block.text);
      case 'tool_use':
        return this.ofText(`${block.name} ${JSON.stringify(block.input)}`) + 10;
      case 'tool_result':
        return this.ofText(block.content) + 10;
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

function rawTokens(text: string): number {
  let total = 0;
  for (const slice of slices(text)) total += countTokens(slice, plainText);
  return total;
}

function* slices(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + SLICE_LENGTH, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end -= 1;
    yield text.slice(start, end);
    start = end;
  }
}
