import type { GenreWord } from './slots/genres.ts';
import type { Wishes } from './slots/wishes.ts';

export type Topic =
  | 'order-status' | 'order-change' | 'piracy' | 'injection' | 'greeting' | 'thanks' | 'farewell' | 'help' | 'identity' | 'off-topic' | 'distress' | 'mood' | 'store-service'
  | 'availability' | 'price' | 'volume-count' | 'author-of' | 'finished' | 'about'
  | 'recommend' | 'by-author' | 'title';

/** What the shopper wants, and the particulars in their words. */
export interface Intent {
  topic: Topic;
  /** The folded question. */
  text: string;
  title?: string;
  isQuoted: boolean;
  similarTo?: string;
  author?: string;
  genres: GenreWord[];
  volumes: number[];
  /** Also when they are too many to be listed. */
  asksForVolumes: boolean;
  wishes: Wishes;
  orderIds: string[];
  hasBrokenOrderId: boolean;
  maximumPriceYen?: number;
  count?: number;
  wantsFinished: boolean;
  /** What to search for when it is not one title. */
  theme: string;
}
