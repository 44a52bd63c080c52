import type { Language } from '../../text.ts';
import { fenced, type Briefing } from '../briefing/briefing.ts';
import type { Entry } from '../series/read-entry.ts';
import type { EssaySection } from './essay-sections.ts';
import { essaySubject, type EssaySubject } from './essay-subject.ts';
import { SECTIONS_EN } from './sections-en.ts';
import { SECTIONS_JA } from './sections-ja.ts';

const FOCUS = /(?:focus|dwell|attention|重点|注目)[^:：\n]{0,30}[:：]\s*([^\n]{3,300})/i;
/** "Sections already written: Overview, Story" and its kin, up to the end of the line or of a list below it. */
const DONE = /(?:already (?:written|done|finished|completed)|(?:done|written|finished|completed)(?: sections?)?(?: so far)?|執筆済み|書き終え|完了した)[^:：\n]{0,40}[:：]((?:[^\n]+|\n\s*(?:[-*]|\d+[.)])[^\n]+)+)/i;
const OUTLINE = /(?:sections?|outline|structure|章立て|構成|セクション)[^:：\n]{0,60}[:：]((?:[^\n]+|\n\s*(?:[-*]|\d+[.)])[^\n]+)+)/gi;
const ONLY = /\b(?:write|continue with)\b[^.\n]{0,40}\bsection\b[^.\n"'“「:]{0,20}["'“「]([^"'”」\n]{2,60})["'”」]|「([^」\n]{2,40})」の(?:章|節|セクション)(?:だけ|のみ|を)/i;
/** Whoever puts the headings there himself wants none. */
const WITHOUT_HEADING = /\bwithout (?:a |the |any )?headings?\b|\bno headings?\b|見出し(?:は不要|なし|を付けず)/i;
const SENTENCES_A_PARAGRAPH = 2;
const HEADING = /^#{1,4}\s+(.{2,80})$/gm;

/** A long text on a series, section by section; the sections that are done already are left out. */
export function writeEssay(entry: Entry, briefing: Briefing): string {
  const { language, instructions } = briefing;
  const focus = (fenced(briefing, /^(?:focus|question|context)$/)?.text ?? FOCUS.exec(instructions)?.[1] ?? '').trim().replace(/[.。]+$/, '');
  const subject = essaySubject(entry, language, focus);
  const done = sectionsDone(briefing);
  const only = ONLY.exec(instructions);
  const asked = only?.[1] ?? only?.[2];
  const wanted = asked === undefined ? outlineOf(briefing) : [asked];
  const left = wanted.filter((name) => !done.some((other) => isSame(other, name, language)));
  const hasHeadings = !WITHOUT_HEADING.test(instructions);
  return left.map((name, index) => `${hasHeadings ? `## ${name}\n\n` : ''}${sectionText(name, index, subject, language)}`).join('\n\n');
}

function sectionText(name: string, index: number, subject: EssaySubject, language: Language): string {
  const section = sectionFor(name, language) ?? sectionsIn(language)[index % sectionsIn(language).length];
  const sentences = section?.write(subject) ?? [];
  const paragraphs = Array.from({ length: Math.ceil(sentences.length / SENTENCES_A_PARAGRAPH) }, (_, place) => sentences.slice(place * SENTENCES_A_PARAGRAPH, (place + 1) * SENTENCES_A_PARAGRAPH));
  return paragraphs.map((paragraph) => paragraph.join(language === 'ja' ? '' : ' ')).join('\n\n');
}

/** The outline that the caller gives, else our own. */
function outlineOf({ instructions, fences, language }: Briefing): string[] {
  const fence = fences.find(({ tag }) => /^(?:sections|outline)$/.test(tag));
  if (fence) return Array.isArray(fence.json) ? fence.json.map(nameOf) : namesIn(fence.text);
  for (const [whole, names = ''] of instructions.matchAll(OUTLINE)) {
    if (DONE.test(whole)) continue;
    const outline = namesIn(names);
    if (outline.length > 1) return outline;
  }
  return sectionsIn(language).map(({ heading }) => heading);
}

/** Named as done, or standing there as headings. */
function sectionsDone({ instructions, fences, earlierAnswers }: Briefing): string[] {
  const fence = fences.filter(({ tag }) => /done|written|completed|so_far|previous|draft/.test(tag));
  const listed = fence.flatMap(({ json, text }) => (Array.isArray(json) ? json.map(nameOf) : [...headingsIn(text), ...(text.length < 600 && !text.includes('#') ? namesIn(text) : [])]));
  const told = DONE.exec(instructions)?.[1];
  return [...listed, ...(told === undefined ? [] : namesIn(told)), ...earlierAnswers.flatMap(headingsIn)];
}

function headingsIn(text: string): string[] {
  return Array.from(text.matchAll(HEADING), ([, heading = '']) => heading.trim());
}

function namesIn(list: string): string[] {
  const names = /\n\s*(?:[-*]|\d+[.)])/.test(list) ? list.split(/\n\s*(?:[-*]|\d+[.)])/) : list.split(/[,;、，]|\s+and\s+/);
  return names.map((name) => name.replace(/^[\s"'「[#]+|[\s"'」\].。]+$/g, '').trim()).filter((name) => name.length > 1 && name.length < 80 && !/^(?:none|なし|nothing)/i.test(name));
}

function nameOf(item: unknown): string {
  if (typeof item === 'object' && item !== null) {
    const { heading, title, name, key, id } = item as Record<string, unknown>;
    return String(heading ?? title ?? name ?? key ?? id ?? '');
  }
  return String(item);
}

function sectionFor(name: string, language: Language): EssaySection | undefined {
  return sectionsIn(language).find((section) => section.heading === name || section.key === name.toLowerCase()) ?? sectionsIn(language).find(({ names }) => names.test(name));
}

function isSame(a: string, b: string, language: Language): boolean {
  if (a.trim().toLowerCase() === b.trim().toLowerCase()) return true;
  const [one, other] = [sectionFor(a, language), sectionFor(b, language)];
  return one !== undefined && one === other && (a.toLowerCase() === one.key || a === one.heading || b === one.heading);
}

function sectionsIn(language: Language): readonly EssaySection[] {
  return language === 'ja' ? SECTIONS_JA : SECTIONS_EN;
}
