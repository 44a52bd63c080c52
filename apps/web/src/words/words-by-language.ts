import { en } from './en.ts';
import { ja } from './ja.ts';
import type { PageLanguage } from './language.ts';
import type { Words } from './words.ts';

export const words: Readonly<Record<PageLanguage, Words>> = { en, ja };
