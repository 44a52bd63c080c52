/** The parts of a long analysis, in the order in which they are written. */
export const SECTIONS = [
  { id: 'overview', heading: 'Overview', headingJa: '概要', task: 'what the series is, how it came about and where it stands among others' },
  { id: 'story', heading: 'Story', headingJa: '物語', task: 'how the story is built over its volumes, its arcs and turning points' },
  { id: 'characters', heading: 'Characters', headingJa: '登場人物', task: 'the main characters, how they change and what they mean to each other' },
  { id: 'art', heading: 'Art', headingJa: '作画', task: 'how it is drawn: composition, line, pages and how the style changes over the volumes' },
  { id: 'themes', heading: 'Themes', headingJa: 'テーマ', task: 'what it is about beneath the plot, and with which means it says so' },
  { id: 'readers', heading: 'Readers', headingJa: '読者へ', task: 'whom it suits, where to begin, and what to know before buying it' },
] as const;

export type Section = (typeof SECTIONS)[number];
