import { ModelCatalogue, TokenEstimator } from '@manga-assist/bedrock';
import { Injectable } from '@nestjs/common';

/** How many tokens a text is, about: long work is cut into parts by it. */
@Injectable()
export class TextTokens {
  constructor(
    private readonly estimator: TokenEstimator,
    private readonly models: ModelCatalogue,
  ) {}

  /** For the model that counts most, so that no part is too long for another. */
  of(text: string): number {
    return Math.max(...this.models.models.map(({ profile }) => this.estimator.estimate(text, profile)));
  }
}
