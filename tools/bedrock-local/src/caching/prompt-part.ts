/** A block of the prompt in the order in which models read it: tools, system, messages. */
export interface PromptPart {
  tokens: number;
  /** The block itself: the same words give the same text. */
  text: () => string;
  /** What the caller wrote on the block; anything but undefined ends a prefix to be cached. */
  cacheControl: unknown;
}
