import type { Intent, Topic } from './intent.ts';
import { hasWishes } from './slots/wishes.ts';

/** Questions about one series. */
export const TITLE_TOPICS: readonly Topic[] = ['availability', 'price', 'volume-count', 'author-of', 'finished', 'about', 'title'];

const PIRACY = /海賊版|漫画村|違法(?:アップロード|サイト|ダウンロード)|無料(?:で読める|で全巻|ダウンロード)|(?:漫画|マンガ)\s*raw|\bscan(?:s|lations?)\b|\btorrents?\b|\bpirate(?:d|bay)?\b(?=.*\b(?:site|copy|copies|pdf|download|link))|\bfree (?:pdf|download|scans?|chapters?)\b|\bread\b.*\bfree online\b|\bdownload\b.*\bfree\b/i;
const ORDER = /注文(?:番号|状況|した|は|の|を|履歴)|配送|発送|届(?:き|く|かない|いて)|お届け|荷物|追跡|\borders?\b.*\b(?:status|arrive|arriving|where|track|shipped|coming|delivery|delivered)\b|\b(?:where(?:'s| is)|track|status of|check)\b.*\b(?:orders?|packages?|parcel|delivery|shipment)\b|\bmy (?:order|package|parcel|delivery)\b|\b(?:list|show|all|every)\b.{0,30}\borders?\b/i;
const CHANGE = /キャンセル|取り消し|取消|返品|返金|交換し|住所(?:を)?変更|注文(?:を)?変更|\b(?:cancel|return|refund|exchange)\b.*\b(?:order|preorder|pre-order|book|volume|purchase|it|them|this|my)\b|\bchange\b.*\b(?:address|order)\b|\brefund\b/i;
const GREETING = /^(?:こんにちは|こんばんは|おはよう(?:ございます)?|はじめまして|やあ|どうも|もしもし|hi|hello|hey|good (?:morning|afternoon|evening)|yo|howdy|greetings|how are you|元気)(?:[、。!?！？\s,]|there|です(?:か)?|ですか|doing|today|shop|mangaassist)*$/i;
const THANKS = /^(?:どうも|本当に|ok(?:ay)?[, ]*|great[, ]*|了解です?[、。]?)*(?:ありがとう(?:ございます|ございました)?|サンキュー|助かりました|thanks?(?: you)?(?: so much| very much| a lot)?|thx|cheers|perfect|awesome|great)[!.。！\s]*$/i;
const FAREWELL = /^(?:さようなら|さよなら|じゃあね?|またね|バイバイ|また来ます|bye|goodbye|see (?:you|ya)|good night)[!.。！\s]*(?:later)?$/i;
const HELP = /何ができ(?:ます|る)|使い方|ヘルプ|手伝って|\bwhat can you do\b|\bhow (?:does this|do you) work\b|^help(?: me)?[!.]?$|\bwhat do you do\b/i;
const IDENTITY = /あなたは(?:誰|何|AI|人間)|お名前は|君は誰|\bwho are you\b|\bare you (?:a |an )?(?:bot|human|ai|robot|real)\b|\bwhat(?:'s| is) your name\b/i;
const OFF_TOPIC = /天気|気温|株価|為替|政治|選挙|首相|大統領|プログラム(?:を|の)|コード(?:を)?書|計算して|宿題|レシピを|占い|\bweather\b|\bstock (?:price|market)s?\b|\bbitcoin\b|\bcrypto\b|\bpresident\b|\belections?\b|\bprime minister\b|\b(?:python|javascript|java|sql|html)\b|\bwrite (?:me )?(?:a |an |some )?(?:code|poem|essay|email|program|script|function)\b|\bsolve\b|\bhomework\b|\brecipe\b|\bhoroscope\b|\bcapital of\b|^[\d\s+*/().=?-]{3,}$|\bwhat(?:'s| is) \d+ ?[-+*x/] ?\d+/i;
const DISTRESS = /死にたい|自殺(?:したい|しよう)|消えてしまいたい|生きるのが(?:つらい|辛い)|生きて(?:い)?たくない|\b(?:kill(?:ing)?|hurt(?:ing)?) myself\b|\bsuicidal\b|\b(?:i )?want to die\b|\bend my life\b/i;
const MOOD = /^(?:i(?:'m| am| feel)(?: so| very| really| a bit)? (?:sad|tired|bored|lonely|stressed|down|depressed|exhausted)\b[^?]{0,20}|(?:今日は|最近|とても|すごく|もう|ちょっと|、)*(?:疲れた|つかれた|疲れました|悲しい|寂しい|さびしい|暇|退屈|落ち込んで(?:い)?る|落ち込んで(?:い)?ます)(?:です|なあ?|よ)?[。!！…]*)$/i;
const STORE_SERVICE = /送料|営業時間|定休日|何時(?:から|まで)|支払い?(?:方法|い)|クレジットカード|PayPay|ペイペイ|ギフト(?:カード|券|ラッピング)|ラッピング|ポイント(?:カード|は|が|って)|海外(?:発送|配送)|(?:お店|店舗)(?:は|の)(?:どこ|場所|住所)|\b(?:do|can|will) you (?:ship|deliver|gift[- ]?wrap)\b|\bship(?:ping)? (?:to|costs?|fees?|rates?)\b|\b(?:opening|business|store|shop) hours\b|\bwhat time do you (?:open|close)\b|\bgift ?(?:cards?|wrap(?:ping)?|certificates?)\b|\bpay (?:with|by|in|via)\b|\bpayment (?:methods?|options?)\b|\bcredit cards?\b|\bpaypal\b|\bwhere (?:is|are) (?:your|the) (?:shop|store)s?\b|\bcoupons?\b|\bloyalty\b/i;
/** Said of manga too, but never a title. */
const STORE_GOODS = /^(?:電子版|電子書籍|中古(?:本|漫画)?)(?:は|も|って|の)?(?:あります|扱って|ある|買え)|買い?取(?:り|って)|\b(?:buy|sell|have) (?:used|second-?hand)\b|\b(?:do you (?:have|sell) )(?:e-?books|digital (?:editions?|copies))\b|\bread (?:it|them) online\b/i;
const RUDE_OR_JOKE = /\btell me a joke\b|ジョークを|冗談を言|^(?:you (?:suck|are (?:stupid|useless|dumb|bad))|(?:ばか|バカ|うざい|使えない))[!！。.]*$/i;
const MANGA = /漫画|マンガ|まんが|作品|巻|コミック|シリーズ|作者|\bmanga\b|\bseries\b|\bcomics?\b|\bvolumes?\b|\bvol\b|\btitles?\b/i;
const AVAILABILITY = /在庫|入荷|ストック|揃(?:う|い|って)|全巻|最終巻|最新刊|\bhave all\b|売ってます|売っている|置いてます|取り扱|買えます|購入でき|まとめて|\bin[- ]stock\b|\bavailab(?:le|ility)\b|\bsold out\b|\bcarry\b|\b(?:do|does|would) (?:you|u|your (?:store|shop))\b.*\b(?:have|sell|stock|got)\b|\b(?:have you|you) got\b|\bcan i (?:buy|get|order|purchase)\b/i;
const HAS_JA = /(?:あります|ございます|ある|置いて(?:い)?ます)(?:でしょう)?(?:か|の)?\s*[?？。]?$|(?:ください|下さい|ちょうだい|欲しい(?:です)?|ほしい(?:です)?|買いたい(?:です)?)[。!！]?$/;
const PRICE = /いくら|値段|価格|何円|\bhow much\b|\bprices?\b|\bcosts?\b/i;
const VOLUME_COUNT = /何巻|全何|何冊|\bhow many (?:volumes|books)\b/i;
const AUTHOR_OF = /(?:作者|著者|漫画家|原作者)(?:は|って|を|の名前)?(?:誰|だれ|どなた|教えて|何|[?？]|ですか|$)|(?:描い|書い)た(?:の|人)は?(?:誰|だれ)|誰が(?:描|書)|\bwho (?:wrote|writes|drew|draws|created|made|is the (?:author|mangaka|creator|artist)|'?s the author)\b|\bauthor of\b/i;
const FINISHED = /完結(?:して|した|しました|済み)|連載(?:中|は続)|終わ(?:り|って|った)|\bis\b.*\b(?:finished|complete[d]?|ongoing|still running|over)\b/i;
const ABOUT = /どんな(?:話|漫画|マンガ|内容|作品|ストーリー)|あらすじ|ストーリー|について|(?:の)?詳細|\btell me(?: more)? about\b|\bwhat(?:'s| is)\b.*\babout\b|\b(?:plot|synopsis|story) of\b|\binfo(?:rmation)? (?:on|about)\b/i;
const RECOMMEND = /おすすめ|オススメ|お勧め|お薦め|面白い|おもしろい|何か|なにか|人気|泣ける|笑える|癒|ランキング|(?:みたいな|ような|系の)|(?:もの|やつ|作品|漫画|マンガ)(?:を|が|は)?(?:探して|教えて|読みたい|ありますか|ある|ない|知りたい|紹介)|やつ$|\brecommend|\bsuggest|\bwhat (?:manga |series |should )|\b(?:which|what) (?:\w+ ){0,2}(?:manga|series|titles)\b|\bwhat else\b|\bsome(?:thing)?\b.*\b(?:manga|series|with|about|like|for|that|read)\b|\bany(?:thing)?\b(?! (?:chance|copies)).*\b(?:manga|series|with|about|like|for|good|similar)\b|\bsimilar\b|\b(?:good|best|top|popular|new) (?:\w+ )?(?:manga|series|titles)\b|\bmanga (?:about|with|for|where|in which|set|that|like)\b|\b(?:story|stories|series) (?:about|with|where|in which)\b|\bshould i read\b|\bi (?:want|like|love|enjoy)\b.*\b(?:manga|series|stories)\b/i;

export function topicOf(intent: Omit<Intent, 'topic'>): Topic {
  const { text } = intent;
  if (DISTRESS.test(text) && !MANGA.test(text)) return 'distress';
  if (PIRACY.test(text)) return 'piracy';
  if (CHANGE.test(text)) return 'order-change';
  if (intent.orderIds.length > 0 || intent.hasBrokenOrderId) return 'order-status';
  if (ORDER.test(text) && !AVAILABILITY.test(text) && !STORE_SERVICE.test(text)) return 'order-status';
  if (STORE_GOODS.test(text) || (STORE_SERVICE.test(text) && !MANGA.test(text) && !intent.isQuoted)) return 'store-service';
  const talk = smallTalk(text);
  if (talk) return talk;
  const isAboutManga = MANGA.test(text) || intent.isQuoted || intent.genres.length > 0;
  if ((OFF_TOPIC.test(text) || RUDE_OR_JOKE.test(text)) && !isAboutManga) return 'off-topic';
  return aboutSeries(intent);
}

function smallTalk(text: string): Topic | undefined {
  if (text === '' || GREETING.test(text)) return 'greeting';
  if (THANKS.test(text)) return 'thanks';
  if (FAREWELL.test(text)) return 'farewell';
  if (MOOD.test(text)) return 'mood';
  if (HELP.test(text)) return 'help';
  return IDENTITY.test(text) ? 'identity' : undefined;
}

function aboutSeries(intent: Omit<Intent, 'topic'>): Topic {
  const { text } = intent;
  if (intent.similarTo) return 'recommend';
  const namesTitle = intent.isQuoted || intent.asksForVolumes;
  const onlyGenre = !namesTitle && isOnlyGenre(intent);
  if (AUTHOR_OF.test(text)) return 'author-of';
  if (VOLUME_COUNT.test(text)) return 'volume-count';
  if (intent.author && !namesTitle) return 'by-author';
  const looksForMany = RECOMMEND.test(text) || intent.count !== undefined || intent.maximumPriceYen !== undefined || onlyGenre || hasWishes(intent.wishes);
  const asksStock = AVAILABILITY.test(text) || HAS_JA.test(text) || intent.asksForVolumes;
  if (looksForMany && !namesTitle && !/在庫|in[- ]stock/i.test(text)) return 'recommend';
  if (PRICE.test(text)) return 'price';
  if (asksStock && !onlyGenre) return 'availability';
  if (FINISHED.test(text) && !onlyGenre) return 'finished';
  if (ABOUT.test(text)) return 'about';
  return looksForMany ? 'recommend' : 'title';
}

/** "horror manga", 完結した恋愛漫画: nothing is left but genre words and small change. */
function isOnlyGenre(intent: Omit<Intent, 'topic'>): boolean {
  if (intent.genres.length === 0) return false;
  const left = intent.genres.reduce((text, { pattern }) => text.replaceAll(new RegExp(pattern.source, 'gi'), ''), intent.title ?? '');
  return left.replaceAll(/漫画|マンガ|作品|もの|系|の|な|で|を|が|は|完結(?:した|済み)?|\b(?:manga|series|completed?|finished|no|fan service|with|without|and|or|good|for|adults?|grown-ups?)\b|[\s、,.]/gi, '').length <= 3;
}

const FACTS = [
  ['author-of', AUTHOR_OF],
  ['volume-count', VOLUME_COUNT],
  ['finished', FINISHED],
] as const;

/** Everything that a question wants to know of one series; a shopper may ask for several things at once. */
export function factsAskedFor({ topic, text }: Intent): readonly Topic[] {
  const asked = FACTS.filter(([, pattern]) => pattern.test(text)).map(([fact]) => fact);
  return asked.some((fact) => fact === topic) ? asked : [topic];
}
