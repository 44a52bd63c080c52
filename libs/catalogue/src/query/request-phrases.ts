import { hiragana } from '../text/fold-text.ts';

/** What shoppers say around the thing they look for. Longer phrases stand before their parts. */
const ENGLISH: readonly RegExp[] = [
  /^(?:\s*(?:hi|hello|hey|um+|erm?|uh+|oh|ok(?:ay)?|so|well|yo)\b[\s,!.…]*)+/,
  /\b(?:(?:can|could|would|will) (?:you|u|ya)|(?:can|could|may|should) i)\b(?: (?:please|maybe|possibly))?(?: (?:show|tell|give|get|find|help|check|recommend|suggest|buy|order|have|see|read))*(?: me)?(?: (?:if|whether|about|find))*/,
  /\b(?:do|does|did|have|has) (?:you|u|ya|the (?:store|shop)|your (?:store|shop))(?: (?:guys|all|still|also|currently|even|happen to))*(?: (?:have|carry|sell|stock|got|know))*\b(?: (?:any|some|a copy of|copies of|all of))?/,
  /\b(?:is|are|was|were) there (?:any|a|an|some|more)?\b/,
  /\b(?:i|we)(?:'m| am|'re| are)? (?:also |just |really |currently )?(?:looking|searching|hunting|trying) (?:for|to find|to get|to buy)\b/,
  /\b(?:i|we)(?:'d| would)? (?:also |just |really |kinda )?(?:want|need|like|love|wish|wanna|am in the mood)(?: (?:for|to (?:buy|read|order|get|find|start|try)))?\b/,
  /\b(?:my|our|his|her|their|a) (?:kids?|child(?:ren)?|son|daughter|wife|husband|partner|brother|sister|sibling|friends?|m(?:o|u)m|mother|dad|father|parents?|boss|girlfriend|boyfriend|nephew|niece|cousin|grand(?:son|daughter|child|ma|pa)|colleague|teacher|students?)(?: (?:also|just|really))? (?:wants?|needs?|loves?|likes?|is looking for|asked (?:me )?for|told me about|recommended|would like)(?: (?:me )?to (?:read|have|buy|get))?\b/,
  /\b(?:as a (?:gift|present)|for|(?:gift|present) for) (?:(?:my|our|a|an|the|his|her) )?(?:(?:little|older|younger|big|best|old|new) )?(?:kids?|child(?:ren)?|son|daughter|wife|husband|partner|brother|sister|sibling|friends?|m(?:o|u)m|mother|dad|father|parents?|boss|girlfriend|boyfriend|nephew|niece|cousin|grand(?:son|daughter|child|ma|pa)|colleague|teacher|students?)\b/,
  /\bfor (?:adults|grown-?ups)\b/,
  /\b(?:looking|searching|hunting) for\b|\btrying to find\b|\bin the mood for\b|\binterested in\b/,
  /\b(?:please |pls )?(?:recommend|suggest)(?:ations?|ions?|ed)?(?: (?:me|us))?(?: (?:for|of|on))?\b/,
  /\b(?:show|give|find|get|tell|send|link|check)(?: (?:me|us))(?: (?:about|if))?\b/,
  /\bwhat(?:'s| should i read)? (?:next|now|else)\b|\bnext\s*[?.!]*$/,
  /\bwhat(?:'s| is| are| was)?(?: (?:a|the|some|your))?(?: (?:good|best|title of|name of|price of|cost of|status of))?\b|\bwhich\b/,
  /\bhow (?:many volumes|much|long|many books)(?: (?:is|are|does|do|of|has|have|in))*\b/,
  /\b(?:in|out of) stock\b|\bavailab(?:le|ility)\b|\bfor sale\b|\bstill (?:have|in|on)\b|\bout yet\b/,
  /\b(?:in|an?|the) (?:english|japanese)(?: (?:edition|version|translation|print))?\b|\b(?:english|japanese) (?:edition|version|translation)s?\b/,
  /\b(?:the )?(?:first|latest|newest|last|next|final|whole|complete|entire|full) (?:volumes?|books?|sets?|series|box ?sets?)\b(?: of)?|\bbox ?sets?\b/,
  /\b(?:(?:that|the|this|a|an|any|some|good|other|new|great)\s+)*(?:manga|mangas|comics?|comic books?|series|titles?|books?|graphic novels?)\b(?: (?:called|named|titled|about|with|where|in which|of|by the name of))?/,
  /\b(?:the|that|this) (?:one|ones)\b(?: (?:called|named|titled|about|with|where))?|\b(?:called|named|titled)\b/,
  /\b(?:anything|something|some stuff|stuff|everything)\b(?: (?:about|with|where|else))?/,
  /\b(?:please|pls|plz|thanks|thank you|thx|cheers|kindly)\b/,
];
const JAPANESE: readonly RegExp[] = [
  /(?:すみません|すいません|こんにちは|こんばんは|はじめまして|えっと|えーと|あの[ー、]|ねえ|ちなみに|ところで)[、。,\s]*/,
  /(?:の|は|って|が)?(?:在庫|ざいこ)(?:は|が|って|を)?(?:あり(?:ます|ません)か|ある(?:の|かな|か)?|どう(?:です|なって(?:い)?ます)?か?|確認(?:して|できます|したい)?(?:ください|か)?|教えて(?:ください)?|状況)?/,
  /(?:は|が|を|って|も)?(?:置いて|売って|取り扱って|扱って|入荷して)(?:い)?(?:ます|る|ません|ない)(?:か|の)?/,
  /(?:は|が|を|って|も)?(?:探して|さがして)(?:い)?(?:ます|る|て)(?:の?です(?:が|けど)?|んですが|んだけど)?/,
  /(?:を|が|は|の|も)?(?:買い|読み|知り|注文し|購入し|探し|借り)たい(?:の?です(?:が|けど)?|んですが|んだけど|な)?/,
  /(?:を|が)?(?:欲しい|ほしい|下さい|ください|頂戴|ちょうだい|お願いします|おねがいします|お願い)(?:の?です(?:が|けど)?|んですが)?/,
  /(?:を|は|について|が)?(?:教えて|紹介して|おしえて|見せて|勧めて|すすめて)(?:ください|下さい|ほしい|欲しい|くれ(?:ます|ません)か|もらえ(?:ます|ません)か|いただけ(?:ます|ません)か)?/,
  /(?:を|は|が|の|で|な)?(?:おすすめ|オススメ|お勧め|お薦め)(?:の|は|を|が|です|して|な)?(?:ありますか|ある|何(?:です)?か?)?/,
  /(?:は|って|が)?(?:全部で|全)?何[巻冊](?:まで|くらい|ぐらい)?(?:出て(?:い)?(?:ます|る)|続いて|ある|あります|です)?(?:か|の)?/,
  /(?:の)?(?:最新刊|最終巻|新刊|続刊|次の巻|全巻(?:セット)?|セット|既刊)/,
  /(?:の|は|って)?(?:値段|価格|お値段|金額)(?:は|って|を)?|(?:は|って)?(?:いくら|おいくら)(?:です|ぐらい|くらい)?か?/,
  /(?:の)?(?:新装(?:再編)?版|完全版|文庫版|愛蔵版|特装版|限定版|豪華版|電子(?:書籍)?版?|英語版|日本語版|漫画版|マンガ版|コミカライズ|原作)/,
  /(?:という|っていう|って名前の|ってゆう|とかいう)(?:漫画|マンガ|まんが|作品|タイトル|やつ)?/,
  /(?:系の?|な|の|が出てくる|が出る|が主人公の|をする|する)?(?:漫画|マンガ|まんが|コミックス?|単行本|作品|シリーズ)(?:は|が|って|を|で|に)?/,
  /(?:って|は|が|も|を)?(?:何ですか|なんですか|何だっけ|なんだっけ|ありますか|ありませんか|あります|あるか?な?|ない(?:です)?か(?:な)?|揃う|そろう|揃います?か?)(?=$|[\s?？!！。、])/,
  /(?:の|が)?(?:やつ|ヤツ|奴)(?:は|が|を|って)?/,
  /(?:が|の|は)主人公(?:の|は|が|で|な)?/,
  /(?:息子|娘|子供|子ども|友達|友人|友だち|彼女|彼氏|妻|夫|旦那|嫁|弟|妹|兄|姉|母|父|孫|甥|姪|同僚)(?:さん|ちゃん|くん)?(?:が|に|へ|の|用に|から|への)(?:欲しがって(?:い)?る|ほしがって(?:い)?る|頼まれた|すすめられた|勧められた|(?:プレゼント|贈り物|ギフト|gift)(?:に|で|を|として)?(?:したい|する|あげたい)?|あげたい)(?:の?です(?:が|けど)?|んですが|んだけど|けど)?/i,
  /大人(?:向け|むけ)の?/,
  /まとめて|英語で|日本語で|どんな|どの|何か|なにか|なんか/,
];
const EDGES = /^[\s、。,.;:!?？！…・\-—–~〜「」『』"'“”()（）]+|[\s、。,.;:!?？！…・\-—–~〜「」『』"'“”()（）]+$/g;
// After kana only when a request was cut off behind it: ひとりごと ends in と by itself.
const TRAILING_PARTICLES = /(?<=.{2})(?:について|って|から|まで)$|(?<=.[\p{Script=Han}\p{Script=Katakana}ー\w!?」』])[はがをにでともの]$/u;
const LEADING_PARTICLES = /^(?:って|から|まで|[はがをにでともの])(?=[\s、])/;

/** Left over from a request, and no title. */
const NOTHING = /^(?:are|is|for|with|and|or|to|the|an?|any|some|that|in|of|i|me|my|it|you|there|also)(?:\s+(?:are|is|for|with|and|or|to|the|an?|any|some|that|in|of|i|me|my|it|you|there|also))*$/i;

/** The words without the request around them; what is left may be empty. */
export function withoutRequest(text: string): string {
  let rest = text;
  const isJapanese = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);
  if (isJapanese) for (const phrase of JAPANESE) rest = rest.replace(new RegExp(phrase, 'g'), ' ');
  for (const phrase of ENGLISH) rest = rest.replace(new RegExp(phrase, 'gi'), ' ');
  return tidy(rest, isJapanese);
}

/** Without signs and particles at either end. */
export function tidy(text: string, isJapanese: boolean): string {
  let rest = text.replace(/\s+/g, ' ');
  for (let previous = ''; previous !== rest; ) {
    previous = rest;
    rest = rest.replace(EDGES, '');
    if (isJapanese && hiragana(rest).length > 2) rest = rest.replace(TRAILING_PARTICLES, '').replace(LEADING_PARTICLES, '');
    rest = rest.replace(/^(?:of|for|about|by|with|the|and|or|is|are|to|a|an|vol|volume)\s+(?=\S)|\s+(?:of|for|about|by|with|the|and|or|is|are|to|a|an|vol|volume|i)$/i, '');
  }
  return NOTHING.test(rest) ? '' : rest;
}
