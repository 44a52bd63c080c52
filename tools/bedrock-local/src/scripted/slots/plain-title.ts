/** Said before a title. */
const BEFORE_JA =
  /^(?:(?:すみません|すいません|こんにちは|こんばんは|おはようございます|はじめまして|あのう?|ねえ|えっと|では|じゃあ|それと|あと|ちなみに)[、。,\s]+|(?:漫画|マンガ|コミックス?|作品|書籍)の(?=[「『A-Z\u30a0-\u30ff])|(?:英語版|日本語版|漫画版|電子版|紙)の|全巻(?:セット)?(?:で|の)|セットで|まとめて|誰が(?=.*(?:描|書)))+/;
/** Said after a title; taken off the end, again and again. */
const AFTER_JA: readonly RegExp[] = [
  /(?:ですか|でしょうか|ですかね|です|だっけ|かな|なのか|なの|んですか|よね|[?？!！。、\s]+)$/,
  /(?:の)?(?:在庫|ストック)(?:状況)?(?:は|が|って|を|の|も)?$/,
  /(?:は|って)?(?:何巻|なんかん|何冊|全部で何巻)(?:まで)?(?:も)?(?:出て(?:い)?(?:ますか?|るの?|る)?|刊行され(?:て)?(?:い)?(?:ます|る)か?|あります?か?|ある(?:の|か)?)?$/,
  /(?:の)?(?:作者|著者|作家|漫画家|原作者)(?:は|って|を|の名前(?:は|を)?)?(?:誰|だれ|どなた)?$/,
  /(?:を|って)?(?:描い|書い)(?:た|てる|ている)(?:の|人)?(?:は|って)?(?:誰|だれ|どなた)?$/,
  /(?:は|って)?(?:もう)?(?:完結|連載中?)(?:し(?:て(?:い)?(?:ますか?|るの?|る|た)?|ましたか?|たの?|た))?(?:作品|漫画)?$/,
  /(?:の)?(?:お?値段|価格)(?:は|って|を)?$|(?:は|って)?お?いくら(?:くらい)?$/,
  /(?:は|って)?どんな(?:話|漫画|マンガ|内容|作品|ストーリー)$/,
  /(?:の)?(?:あらすじ|ストーリー|内容|詳細)(?:は|を|って)?$/,
  /(?:の)?(?:最終巻|最新刊|全巻)(?:は|を)?$/,
  /(?:の)?(?:日本語版|英語版|漫画版|マンガ版|コミカライズ|コミックス?|単行本|新装再編版|新装版|完全版|文庫版|愛蔵版|電子版)(?:は|を|が)?$/,
  /(?:という|っていう|って言う)(?:漫画|マンガ|作品|シリーズ|タイトル)?(?:は|を|が)?$/,
  /(?:が|は|を|って)?(?:まとめて|全部|全巻|セットで|一緒に)$/,
  /(?:まで|から)?(?:は|が)?(?:全部|全巻)?(?:揃|そろ)(?:い(?:ますか?)?|う(?:の|か)?|って(?:い)?(?:ますか?|るの?|る))$/,
  /(?:は|が|を|って|も)?(?:置いて|売って|取り扱って|扱って|取り扱い)(?:は|が)?(?:い)?(?:ますか?|る(?:の|か)?)?$/,
  /(?:は|が|を|って|も)?(?:買え|購入でき|注文でき|手に入り)(?:ますか?|る(?:の|か)?)$/,
  /(?:は|が|って|も)?(?:あります(?:でしょう)?か?|ございます(?:でしょう)?か?|ありません(?:か)?|ある(?:の|か)?|ない(?:の|か)?)$/,
  /(?:を|が|は)?(?:探して(?:い)?(?:ます|る)?|買いたい|購入したい|読みたい|欲しい|ほしい|見たい|知りたい)(?:ん|の)?(?:ですが|ですけど|だけど)?$/,
  /(?:を|について|のこと)?(?:教えて|調べて|見せて|確認して|検索して|探して)(?:ください|下さい|ほしい|くれますか|もらえますか|いただけますか|くれる)?$/,
  /(?:について|を|は)?(?:もっと|もう少し)?(?:詳しく|くわしく)$/,
  /(?:に)?ついて$|(?:を)?(?:ください|下さい|お願い(?:します|いたします)?|頼みます|ちょうだい)$/,
  /(?:の)?(?:漫画|マンガ|まんが)$/,
];
const AROUND_EN: readonly RegExp[] = [
  /^(?:(?:hi|hello|hey|erm|um+|uh+|so|ok(?:ay)?|good (?:morning|afternoon|evening)|and|also|but)\b[,!. ]*)+/gi,
  /\b(?:please|pls|thanks|thank you|right now|currently|at the moment|today)\b/gi,
  /\b(?:do|does|would|will) (?:you|u|your (?:store|shop))(?: guys)?(?: happen to)?(?: still| also| currently)? (?:have|carry|sell|stock|got)(?: any| a)?(?: copies| copy)?(?: of)?\b/gi,
  /\b(?:have you got|got any|you got)\b/gi,
  /\b(?:can|could|may) i (?:still )?(?:buy|get|order|have|purchase)(?: a copy of)?\b/gi,
  /\b(?:i(?:'m| am)? )?(?:looking|searching|hunting) for(?: the)?(?: manga)?\b/gi,
  /\bi(?:'d| would)? (?:want|like|need|love)(?: to (?:buy|read|get|order|know|have))?(?: a copy of)?\b/gi,
  /\b(?:can|could|would) you (?:please )?(?:tell me|check|find|look up|search for|show me)(?: about| if| whether)?\b/gi,
  /\b(?:tell me(?: more)?|info(?:rmation)?|details?)(?: about| on)?\b/gi,
  /\bhow many (?:volumes|books)(?: (?:are there|does|do|has|have|is|of|in|for))*\b/gi,
  /\b(?:who (?:wrote|writes|drew|draws|created|is the (?:author|mangaka|creator|artist) of|made|'?s the author of)|(?:the )?(?:author|mangaka|creator) of)\b/gi,
  /\b(?:what(?:'s| is)|whats) (?:the (?:price|cost|plot|story|synopsis) (?:of|for)|the)?\b/gi,
  /\bhow much(?: (?:is|are|does|do|for))?\b/gi,
  /\bper (?:volume|book)\b|\beach$/gi,
  /\b(?:is|are) (?=.*\b(?:in stock|sold out|available|finished|complete[d]?|ongoing|still running|any good|good)\b)/gi,
  /\b(?:(?:still |back )?in[- ]stock|sold out|available|out yet|finished(?: yet)?|completed?|ongoing|still running|any good|about|cost|left|have|come out)\b\s*(?=[?.!]|$)/gi,
  /\bthe (?:one|manga|series|comic|book)(?: (?:called|titled|named))?\b/gi,
  /\b(?:the )?(?:english|japanese) (?:edition|version|release)(?: of)?\b/gi,
  /\b(?:find|search(?: for)?|look up|check|show me)\b/gi,
  /\s+(?:manga|comic|series)\s*(?=[?.!]|$)/gi,
];
const EDGES_JA = /^[\s、。,.!?！？・:;〜]+|(?:[\s、。,.:;]|って|[のをはが])+$/g;
const EDGES_LATIN = /^(?:of|for|the|on|to)\s+|\s+(?:of|for|by|is|in)$|^[\s,.:;?!-]+|[\s,.:;?]+$/gi;

/** The title in a question about one, after everything else was taken out. Expects folded text without volumes. */
export function readPlainTitle(text: string, language: 'ja' | 'en'): string {
  // A second thought is not part of the title: "Monster. Not Monster Musume!"
  const asked = text.replace(/[.!]\s*\bnot\b.*$/i, ' ');
  const clauses = asked.split(/[、。!?！？\n]+|(?<!\b(?:No|Dr|Mr|Ms|St|Vol))\.\s|,\s/i).map((clause) => strip(clause, language)).filter((clause) => clause !== '');
  return clauses.at(-1) ?? '';
}

function strip(clause: string, language: 'ja' | 'en'): string {
  let title = language === 'ja' ? stripJapanese(clause.trim()) : clause;
  for (const pattern of AROUND_EN) title = title.trim().replaceAll(pattern, ' ');
  title = title.replaceAll(/\s+/g, ' ').trim();
  for (let pass = 0; pass < 3; pass++) title = title.replaceAll(language === 'ja' ? EDGES_JA : EDGES_LATIN, '').trim();
  return title;
}

function stripJapanese(clause: string): string {
  let title = clause.replace(BEFORE_JA, '');
  for (let before = ''; before !== title; ) {
    before = title;
    for (const pattern of AFTER_JA) title = title.replace(pattern, '').trim();
  }
  return title;
}
