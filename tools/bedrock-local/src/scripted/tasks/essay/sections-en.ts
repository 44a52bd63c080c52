import type { EssaySubject } from './essay-subject.ts';
import type { EssaySection } from './essay-sections.ts';

const list = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`);
const quoted = (words: readonly string[]): string => list(words.map((word) => `"${word}"`));
const kind = ({ genres }: EssaySubject): string => (genres.length > 0 ? list(genres) : 'a kind of its own');
const theme = ({ themes, title }: EssaySubject, index: number): string => themes[index % Math.max(1, themes.length)] ?? title;

function run({ startYear, endYear, isFinished }: EssaySubject): string {
  if (startYear === 0) return 'The catalogue does not say when it began.';
  if (endYear > startYear) return `It ran from ${startYear} to ${endYear}, ${endYear - startYear} years in all.`;
  return isFinished ? `It began in ${startYear} and is complete.` : `It began in ${startYear} and is still going on.`;
}

const length = ({ volumes }: EssaySubject): string => (volumes === 0 ? 'Its length is not recorded.' : `It comes to ${volumes} volume${volumes === 1 ? '' : 's'}, ${volumes > 40 ? 'a shelf of its own' : volumes > 15 ? 'a long but finite journey' : 'short enough to be read in a week'}.`);

export const SECTIONS_EN: readonly EssaySection[] = [
  {
    key: 'overview',
    heading: 'Overview',
    names: /overview|introduction|summary|at a glance/i,
    write: (subject) => [
      `${subject.title} is a work of ${kind(subject)}${subject.authors === '' ? '' : ` by ${subject.authors}`}${subject.publisher === '' ? '' : `, published by ${subject.publisher}`}.`,
      run(subject), length(subject),
      `In one sentence the catalogue puts it like this: ${subject.story[0] ?? ''}`,
      subject.themes.length > 0 ? `Whoever shelves it will want to know that it turns on ${quoted(subject.themes.slice(0, 4))}, and that its feeling is ${subject.mood}.` : `Its feeling is ${subject.mood}.`,
      subject.focus === '' ? 'What follows takes it apart: story, people, themes, form, readers, and its place among its neighbours.' : `This analysis was asked to dwell on one thing above all: ${subject.focus}. Each section comes back to it.`,
    ],
  },
  {
    key: 'story',
    heading: 'Story',
    names: /story|plot|narrative|synopsis|arc/i,
    write: (subject) => [
      `The story as the catalogue tells it: ${subject.story.join(' ')}`,
      `That opening does two things at once. It gives ${subject.title} a situation that can be explained in a breath, and it leaves a question open that a reader will turn pages for.`,
      `The question grows out of "${theme(subject, 0)}": once it has been raised, everything that happens afterwards can be read as an answer to it.`,
      subject.volumes > 15 ? `Over ${subject.volumes} volumes such a question needs steps on the way, and the series can afford to let single volumes stand for themselves.` : 'At this length there is no room for detours, which suits a premise that is strongest when it is told straight.',
      `Readers who come for ${subject.genres[0] ?? 'the premise'} are served early; readers who stay do so for what "${theme(subject, 1)}" turns into.`,
    ],
  },
  {
    key: 'characters',
    heading: 'Characters',
    names: /character|cast|people|protagonist/i,
    write: (subject) => [
      `The entry introduces its people through what they do: ${subject.story[Math.min(1, subject.story.length - 1)] ?? ''}`,
      `That is a choice. ${subject.title} tells us about its lead by a decision instead of a description, so the cast can be sold in a conversation at the counter without giving anything away.`,
      `Around the lead the tension comes from "${theme(subject, 1)}" and "${theme(subject, 2)}": somebody has to stand for each, and somebody has to be changed by it.`,
      `In ${kind(subject)} the supporting cast usually carries the tone, and with a feeling that is ${subject.mood} it has to carry it lightly.`,
      'The catalogue names no more of them than this, so nothing more is claimed here.',
    ],
  },
  {
    key: 'themes',
    heading: 'Themes',
    names: /theme|motif|meaning|subject/i,
    write: (subject) => [
      subject.themes.length > 0 ? `The catalogue files it under ${quoted(subject.themes)}.` : 'The catalogue files it under no theme, so its synopsis has to speak.',
      `Two of these pull against each other: "${theme(subject, 0)}" and "${theme(subject, 3)}". A series that holds both has something to be about beyond its premise.`,
      `"${theme(subject, 2)}" is the theme a shopper is most likely to ask for by name, because it is concrete; "${theme(subject, 1)}" is the one they will remember.`,
      `Taken together they place the work in ${kind(subject)} for reasons that lie in the story itself and not in its packaging.`,
      subject.warnings.length > 0 ? `They also explain why the entry carries a note about ${list(subject.warnings)}: it belongs to the themes and is not decoration.` : 'None of them calls for a warning, which widens the circle of readers.',
    ],
  },
  {
    key: 'art',
    heading: 'Art and form',
    names: /\bart\b|style|drawing|visual|form|pacing/i,
    write: (subject) => [
      `No page of ${subject.title} lies before this analysis, so it speaks of form only as far as the record allows.`,
      run(subject),
      subject.volumes === 0 ? 'How many volumes that makes is not recorded.' : `Spread over ${subject.volumes} volumes, that is about ${paceOf(subject)}, and a pace of that kind shapes how chapters end.`,
      `In ${kind(subject)} the page has to serve "${theme(subject, 0)}": readers judge it by whether that is clear at a glance.`,
      `A mood that is ${subject.mood} asks for room on the page, and the themes "${theme(subject, 1)}" and "${theme(subject, 2)}" give an artist something to return to from the first volume to the last.`,
    ],
  },
  {
    key: 'readership',
    heading: 'Readers',
    names: /reader|audience|demographic|age|suitab/i,
    write: (subject) => [
      `${subject.readership === '' ? 'No readership is recorded' : `It is filed as ${subject.readership}`}, and by what the entry says it suits readers from about ${subject.minimumAge}.`,
      subject.warnings.length > 0 ? `The reason is plain: it shows ${list(subject.warnings)}.` : 'Nothing in the entry asks for more caution than that.',
      `It is a good answer for somebody who says they want ${subject.genres[0] ?? 'something new'} with ${quoted(subject.themes.slice(0, 2))} in it.`,
      `It is a poor answer for somebody who wants the opposite of a story that is ${subject.mood}.`,
      subject.volumes > 30 ? `With ${subject.volumes} volumes it should be recommended with its first three and not as a set.` : 'It can be recommended whole.',
    ],
  },
  {
    key: 'place',
    heading: 'Place in the catalogue',
    names: /place|market|catalog|position|compar|context|publication|legacy|influence/i,
    write: (subject) => [
      `In the catalogue ${subject.title} stands where ${kind(subject)} meet${subject.genres.length > 1 ? '' : 's'} "${theme(subject, 0)}".`,
      run(subject), length(subject),
      subject.isFinished ? 'Being complete, it can be bought as a set, and nobody has to wait for an ending.' : 'Being open-ended, it brings readers back for each new volume.',
      `Shelved by theme it belongs beside other stories about "${theme(subject, 1)}"; shelved by mood, beside whatever else is ${subject.mood}.`,
      subject.publisher === '' ? 'Its publisher is not recorded.' : `${subject.publisher} is the house to ask about special editions and reprints.`,
    ],
  },
  {
    key: 'conclusion',
    heading: 'Conclusion',
    names: /conclusion|verdict|closing|assessment|recommend/i,
    write: (subject) => [
      `${subject.title} earns its place by ${subject.themes.length > 1 ? `bringing "${theme(subject, 0)}" and "${theme(subject, 1)}" together` : 'a premise that can be told in a breath'}.`,
      `Its strengths are a clear opening (${(subject.story[0] ?? '').replace(/[.!?]+$/, '')}) and a tone that is ${subject.mood} throughout what the entry shows.`,
      subject.warnings.length > 0 ? `Its limits are those of its content: ${list(subject.warnings)} will keep some readers away, and the shop should say so.` : 'Its limits are few: the entry gives no reason to keep it from anybody.',
      subject.focus === '' ? 'Everything said here comes from the catalogue entry; whoever knows the volumes themselves will add to it.' : `On what was asked, ${subject.focus}: the entry supports what has been said above and no more.`,
    ],
  },
];

function paceOf({ volumes, startYear, endYear }: EssaySubject): string {
  const years = endYear > startYear && startYear > 0 ? endYear - startYear : 0;
  if (years === 0) return 'a volume at a time, as they came';
  const perYear = volumes / years;
  return perYear >= 1 ? `${Math.round(perYear * 10) / 10} volumes a year` : `one volume in ${Math.round(1 / perYear)} years`;
}
