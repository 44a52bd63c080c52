import { asArray, asNumber, asString, isObject, type JsonObject } from '../../messages/json.ts';
import type { Finding } from '../findings.ts';
import type { Language } from '../text.ts';
import type { Situation } from './situation.ts';

const STATUS_JA: Readonly<Record<string, string>> = {
  pending: '受付済み', placed: '受付済み', received: '受付済み', confirmed: '確認済み', paid: 'お支払い済み', processing: '発送準備中', preparing: '発送準備中', packed: '発送準備中',
  shipped: '発送済み', in_transit: '配送中', out_for_delivery: '配達中', delivered: 'お届け済み', cancelled: 'キャンセル済み', canceled: 'キャンセル済み', returned: '返品済み',
  preordered: '予約受付済み', preorder: '予約受付済み', backordered: '取り寄せ中', delayed: '遅延中',
};

export function orderAnswer({ intent, conversation, findings }: Situation): string {
  const { language } = conversation;
  if (findings.orders.length > 0) return findings.orders.map((finding) => oneOrder(finding, language)).join('\n\n');
  if (intent.hasBrokenOrderId) {
    return language === 'ja'
      ? 'ご注文番号をもう一度ご確認いただけますか。「ORD-」のあとに英数字8桁が続く番号です（例：ORD-A1B2C3D4）。'
      : 'Could you check the order number? It is "ORD-" followed by eight letters or digits, such as ORD-A1B2C3D4.';
  }
  if (intent.orderIds.length > 0) {
    return language === 'ja'
      ? '申し訳ありません。ただいまこの場ではご注文を確認できません。店舗スタッフまでお問い合わせください。'
      : "I'm sorry, I can't look up orders from here at the moment. Please contact our staff.";
  }
  return language === 'ja'
    ? 'ご注文の状況をお調べします。ご注文番号（「ORD-」と英数字8桁）を教えていただけますか？'
    : 'I can check that for you. Could you give me the order number? It is "ORD-" followed by eight letters or digits.';
}

function oneOrder({ outcome, failure }: Finding, language: Language): string {
  const content: JsonObject = isObject(outcome.content) ? outcome.content : {};
  const id = asString(content['order_id']) ?? Object.values(outcome.input).map(asString).find((value) => value !== undefined) ?? '';
  if (failure?.kind === 'unavailable') {
    return language === 'ja'
      ? `申し訳ありません。ただいまご注文 ${id} の状況を確認できません。少し時間をおいてもう一度お試しください。`
      : `I'm sorry, I can't check order ${id} right now. Please try again in a little while.`;
  }
  if (failure) {
    return language === 'ja'
      ? `ご注文 ${id} は、お客様のご注文の中に見つかりませんでした。番号をもう一度ご確認ください。`
      : `I couldn't find order ${id} among your orders. Please check the number.`;
  }
  const status = asString(content['status']) ?? '';
  const placed = day(content['placed_at']);
  const due = day(content['estimated_delivery']);
  const items = asArray(content['items']).map((item) => itemLine(item, language)).filter(Boolean);
  const isDone = /deliver(?:ed)$|cancel|return/i.test(status);
  if (language === 'ja') {
    const shown = STATUS_JA[status.toLowerCase().replaceAll(/[\s-]/g, '_')] ?? status;
    const lines = [`ご注文 ${id} は現在「${shown}」です。`];
    if (placed) lines.push(`ご注文日：${placed}`);
    if (due && !isDone) lines.push(`お届け予定日：${due}`);
    if (items.length > 0) lines.push(`ご注文内容：\n${items.join('\n')}`);
    return lines.join('\n');
  }
  const lines = [`Order ${id} is ${status.replaceAll('_', ' ') || 'being handled'}.`];
  if (placed) lines.push(`Placed on ${placed}.`);
  if (due && !isDone) lines.push(`Estimated delivery: ${due}.`);
  if (items.length > 0) lines.push(`Items:\n${items.join('\n')}`);
  return lines.join('\n');
}

function itemLine(item: unknown, language: Language): string {
  if (typeof item === 'string') return `- ${item}`;
  if (!isObject(item)) return '';
  const title = asString(item[`title_${language}`]) ?? asString(item['title_ja']) ?? asString(item['title_en']) ?? asString(item['title']) ?? asString(item['manga_id']);
  if (!title) return '';
  const volume = asNumber(item['volume']);
  const quantity = asNumber(item['quantity']) ?? 1;
  if (language === 'ja') return `- 「${title}」${volume === undefined ? '' : `${volume}巻`}${quantity > 1 ? ` × ${quantity}` : ''}`;
  return `- ${title}${volume === undefined ? '' : `, volume ${volume}`}${quantity > 1 ? ` × ${quantity}` : ''}`;
}

function day(value: unknown): string | undefined {
  return /^\d{4}-\d{2}-\d{2}/.exec(asString(value) ?? '')?.[0] ?? asString(value);
}
