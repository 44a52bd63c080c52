import { Cl100kTokenEstimator, openModelCatalogue } from '@manga-assist/bedrock';
import { TextTokens } from '../types/items/text-tokens.ts';

export const realTokens = new TextTokens(new Cl100kTokenEstimator(), openModelCatalogue());
