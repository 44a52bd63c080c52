// C0 and C1 controls, without the white space that the caller has already turned into line feeds.
const CONTROL = /[\u0000-\u0008\u000E-\u001F\u007F-\u009F]/u;
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\uFFF9-\uFFFC]/u;
const PRIVATE_USE = /\p{Co}/u;
const MARK = /\p{M}/u;
const SPACE = /\p{Zs}/u;
const PICTOGRAPH = /\p{Extended_Pictographic}/u;
const EMOJI = /\p{Emoji}/u;
const HAN = /\p{Script=Han}/u;
const SKIN_TONE = /\p{Emoji_Modifier}/u;
const BLACK_FLAG = 0x1f3f4;
const ZERO_WIDTH_JOINER = '\u200D';
const IDEOGRAPHIC_SPACE = '\u3000';
/** あ゛ is normal manga writing and uses one; stacks of dozens are an attack on the page. */
const MOST_MARKS_PER_BASE = 4;

/** The only three flags that Unicode recommends to be written with tag characters: England, Scotland, Wales. */
const TAG_FLAGS = ['gbeng', 'gbsct', 'gbwls'].map(
  (region) => String.fromCodePoint(BLACK_FLAG, ...[...region].map((letter) => 0xe0000 + letter.charCodeAt(0)), 0xe007f),
);
const TAG_FLAG_LENGTH = 7;

/**
 * Keeps what can be seen, character by character, together with the few invisible characters that
 * visible text needs: joiners between pictographs, one variation selector after its base.
 */
export function keepVisible(characters: readonly string[]): { kept: string; removed: number } {
  const kept: string[] = [];
  let removed = 0;
  let base = '';
  let marks = 0;
  let hasSelector = false;

  const startFrom = (newBase: string): void => {
    base = newBase;
    marks = 0;
    hasSelector = false;
  };

  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    const codePoint = character.codePointAt(0) ?? 0;

    if (codePoint === BLACK_FLAG) {
      const flag = characters.slice(index, index + TAG_FLAG_LENGTH).join('');
      if (TAG_FLAGS.includes(flag)) {
        kept.push(flag);
        index += TAG_FLAG_LENGTH - 1;
        startFrom(character);
        continue;
      }
    }
    if (character === ZERO_WIDTH_JOINER) {
      const joinsPictographs = PICTOGRAPH.test(base) && PICTOGRAPH.test(characters[index + 1] ?? '');
      if (joinsPictographs && kept.at(-1) !== ZERO_WIDTH_JOINER) {
        kept.push(character);
        hasSelector = false;
      } else removed++;
      continue;
    }
    if (isVariationSelector(codePoint)) {
      if (!hasSelector && base !== '' && kept.at(-1) === base && mayCarry(base, codePoint)) {
        kept.push(character);
        hasSelector = true;
      } else removed++;
      continue;
    }
    if (CONTROL.test(character) || isNoncharacter(codePoint) || PRIVATE_USE.test(character) || IGNORABLE.test(character)) {
      removed++;
      continue;
    }
    if (MARK.test(character)) {
      if (base === '' || ++marks > MOST_MARKS_PER_BASE) removed++;
      else kept.push(character);
      continue;
    }
    if (SPACE.test(character) && character !== IDEOGRAPHIC_SPACE) {
      kept.push(' ');
      startFrom('');
      continue;
    }
    kept.push(character);
    if (SKIN_TONE.test(character)) startFrom(base);
    else startFrom(/\s/u.test(character) ? '' : character);
  }
  return { kept: kept.join(''), removed };
}

function isVariationSelector(codePoint: number): boolean {
  return (codePoint >= 0xfe00 && codePoint <= 0xfe02) || codePoint === 0xfe0e || codePoint === 0xfe0f || (codePoint >= 0xe0100 && codePoint <= 0xe01ef);
}

/** Text and emoji style belong to emoji; ideographic variants (葛󠄀飾区) belong to Han characters. */
function mayCarry(base: string, selector: number): boolean {
  return selector === 0xfe0e || selector === 0xfe0f ? EMOJI.test(base) || PICTOGRAPH.test(base) : HAN.test(base);
}

function isNoncharacter(codePoint: number): boolean {
  return (codePoint >= 0xfdd0 && codePoint <= 0xfdef) || (codePoint & 0xfffe) === 0xfffe;
}
