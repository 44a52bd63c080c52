import type { Conversation } from '../conversation.ts';

const NEXT =
  /^(?:(?:じゃあ?|では|それじゃあ?|それでは|で)[、,\s]*)?(?:(?:そ|こ)の)?(?:続き|つづき|次(?:の巻|巻)?)(?:の巻)?(?:は|も|って)?(?:あります(?:か)?|ある|在庫(?:は|あります)?か?|どう(?:ですか)?)?[?。!\s]*$|^(?:and |so |then |ok,? |what about |how about |do you (?:also )?have )*(?:the )?(?:next|following)(?: (?:one|volume|vol|book))?(?: in stock| available)?[?!.\s]*$/i;

/** 「その続きは？」, "and the next one?": the volume after the last one whose stock was asked. */
export function readNextVolume(text: string, { earlierOutcomes }: Conversation): number | undefined {
  if (!NEXT.test(text)) return undefined;
  const last = earlierOutcomes.findLast(({ input }) => typeof input['volume'] === 'number')?.input['volume'];
  return typeof last === 'number' ? last + 1 : undefined;
}
