import { describe, expect, it } from '@jest/globals';
import { cutIntoPieces } from '../../../tokens/token-estimator.ts';
import { fence, jobRequest } from '../../../testing/job-request.ts';
import { answer } from '../../answer.ts';

const ENTRY = fence('catalogue_entry', {
  title_en: 'Eyeshield 21', title_ja: 'アイシールド21', authors: [{ name: '村田雄介', romaji: 'Yusuke Murata' }], publisher: 'Shueisha', start_year: 2002, end_year: 2009, volumes: 37, demographic: 'shonen', genres: ['sports', 'comedy'],
  themes: ['american football', 'underdog team', 'teamwork'], themes_ja: ['アメリカンフットボール', '弱小チーム', 'チームワーク'],
  synopsis_en: 'A timid student is recruited into a tiny American football team as a masked runner. The team has one goal.', synopsis_ja: '気弱な高校生が、弱小アメフト部の覆面ランナーとなる。',
});
const essay = (system: string, prompt = ENTRY): string => answer(jobRequest(system, prompt)).text;
const headings = (text: string): string[] => Array.from(text.matchAll(/^## (.+)$/gm), ([, heading = '']) => heading);

describe('an essay on a series', () => {
  it('has more than a thousand tokens in sections, in either language', () => {
    const english = essay('Write a long analysis of the series, section by section.');
    const japanese = essay('作品の分析を日本語で書いてください。');

    expect(headings(english)).toEqual(['Overview', 'Story', 'Characters', 'Themes', 'Art and form', 'Readers', 'Place in the catalogue', 'Conclusion']);
    expect(headings(japanese)).toHaveLength(8);
    for (const text of [english, japanese]) expect(cutIntoPieces(text).reduce((sum, { tokens }) => sum + tokens, 0)).toBeGreaterThan(1_000);
    expect(english).toMatch(/by Yusuke Murata.*37 volumes.*"american football"/s);
    expect(japanese).toMatch(/村田雄介.*37巻.*「アメリカンフットボール」/s);
  });

  it('keeps to the outline that is given, and goes on behind the sections that are done', () => {
    const outline = 'Write the essay. Sections: Overview, Plot, The cast, Verdict.';

    expect(headings(essay(outline))).toEqual(['Overview', 'Plot', 'The cast', 'Verdict']);
    expect(headings(essay(outline, `${ENTRY}\nSections already written: Overview, Plot`))).toEqual(['The cast', 'Verdict']);
    expect(headings(essay('Write the analysis of the series.', `${ENTRY}\n<done_sections>["Overview","Story","Characters"]</done_sections>`))[0]).toBe('Themes');
    expect(headings(essay('Write the analysis.', `${ENTRY}\n<written_so_far>## Overview\n\nIt is good.</written_so_far>`))[0]).toBe('Story');
    expect(headings(essay('Write the analysis.', `${ENTRY}\nWrite only the section "Themes".`))).toEqual(['Themes']);
  });

  it('may be one section in paragraphs, without its heading, from notes on what is written', () => {
    const rules = 'You are the critic of a manga store. After the data one line says which section to write now.\n\n- Write that section alone: three to six paragraphs, without a heading.\n\nAnswer language: en';
    const context = fence('context', '"the running scenes"');
    const text = essay(rules, `${ENTRY}\n${context}\n${fence('notes', [{ heading: 'Overview', text: 'It is a sports series.' }])}\nWrite now the section "Story": how the story is built over its volumes.`);

    expect(headings(text)).toEqual([]);
    expect(text).toMatch(/^The story as the catalogue tells it: A timid student/);
    expect(text.split('\n\n').length).toBeGreaterThanOrEqual(3);
    expect(essay(rules, `${ENTRY}\n${context}\nWrite now the section "Overview": what it is.`)).toContain('the running scenes');
  });

  it('goes on behind what an earlier answer wrote', () => {
    const request = jobRequest('Write the analysis.', ENTRY);
    const { text } = answer({ ...request, messages: [...request.messages, { role: 'assistant', content: [{ type: 'text', text: '## Overview\n\nText.\n\n## Story\n\nText.' }] }, { role: 'user', content: [{ type: 'text', text: 'Go on.' }] }] });

    expect(headings(text)[0]).toBe('Characters');
  });
});
