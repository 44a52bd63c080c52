import type { EssaySubject } from './essay-subject.ts';

/** One section of an essay on a series. */
export interface EssaySection {
  key: string;
  heading: string;
  /** The names a caller may call it by. */
  names: RegExp;
  write: (subject: EssaySubject) => readonly string[];
}
