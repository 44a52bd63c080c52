/** How the upstream behaves from now on. */
export class UpstreamSettings {
  /** Tokens of a whole answer and of a stream in one write. */
  static readonly answerTokens = 300;
  /** Tokens of a paced stream. */
  static readonly pacedTokens = 50;

  /** 0: the whole stream in one write. Else up to as much again, at random, so that streams do not march in step. */
  firstTokenMs = 0;
  /** The mean. */
  tokenEveryMs = 0;
  /** Part of the calls that are throttled … */
  throttledShare = 0;
  /** … for this long after these settings arrived. */
  throttleForMs = 0;
}

/** Since the last settings. */
export interface UpstreamCounts {
  calls: number;
  throttled: number;
  connections: number;
}
