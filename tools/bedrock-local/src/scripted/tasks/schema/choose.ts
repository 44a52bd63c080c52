/** Words that mean the same to a schema, each group in order of rank where it has one. */
const SYNONYMS: readonly string[] = [
  'allow allowed approve approved accept accepted pass ok safe publish clean keep',
  'review flag flagged escalate hold human_review needs_review manual_review uncertain pending',
  'block blocked reject rejected deny denied remove unsafe refuse disallow delete',
  'children kids child kodomo all_kids elementary',
  'all_ages everyone general all e family',
  'teen teens young_adult teenager t 13+ pg13 pg-13 middle_school',
  'older_teen older_teens teen_plus 16+ t+ ot late_teen high_school',
  'mature adult adults explicit 18+ m r18 r-18 r',
  'shonen shounen boys boy',
  'shojo shoujo girls girl',
  'seinen men young_men',
  'josei women ladies',
  'sci-fi science_fiction sf scifi',
  'slice-of-life slice_of_life everyday daily_life iyashikei',
  'boys-love bl yaoi',
  'girls-love gl yuri',
  'gourmet cooking food',
  'historical history period',
  'martial-arts martial_arts',
  'sexual sexual_content nsfw adult_content nudity porn sexual_explicit',
  'harassment insult insults bullying abuse toxicity toxic',
  'hate hate_speech discrimination racism',
  'violence threat threats violent graphic_violence',
  'self-harm self_harm suicide',
  'profanity swearing obscenity vulgar language',
  'spam advertising scam ads advertisement promotion',
  'personal-data personal_data pii personal_information privacy personal_info',
  'piracy copyright illegal illegal_copies',
  'manipulation prompt_injection injection jailbreak',
  'none clean ok no_issue nothing low',
  'high severe critical',
  'ja japanese jp 日本語',
  'en english 英語',
  'finished completed complete ended',
  'ongoing serialising publishing running current',
  'positive happy satisfied good',
  'negative unhappy angry frustrated bad',
  'neutral mixed calm',
];
const GROUP_OF = new Map<string, number>();
for (const [index, group] of SYNONYMS.entries()) for (const word of group.split(' ')) if (!GROUP_OF.has(form(word))) GROUP_OF.set(form(word), index);

function form(value: unknown): string {
  return String(value).toLowerCase().replaceAll(/[\s_-]+/g, '-');
}

/** The choice that means what is known; undefined when none does. */
export function chosen(choices: readonly unknown[], known: unknown): unknown {
  if (known === undefined || known === null) return choices.includes(null) && known === null ? null : undefined;
  if (choices.includes(known)) return known;
  const wanted = form(known);
  const same = choices.find((choice) => form(choice) === wanted);
  if (same !== undefined) return same;
  const group = GROUP_OF.get(wanted);
  return group === undefined ? undefined : choices.find((choice) => GROUP_OF.get(form(choice)) === group);
}

/** The choice whose name the text mentions, in whole words. */
export function mentioned(choices: readonly unknown[], text: string): unknown {
  const folded = ` ${text.toLowerCase().replaceAll(/[_-]+/g, ' ')} `;
  return choices.find((choice) => typeof choice === 'string' && choice.length > 1 && folded.includes(choice.toLowerCase().replaceAll(/[_-]+/g, ' ')));
}

/** A place on a scale of `ranks`, on a scale of the choices, which are taken to rise as well. */
export function scaled(choices: readonly unknown[], rank: number, ranks: number): unknown {
  return choices[Math.round((rank / (ranks - 1)) * (choices.length - 1))];
}
