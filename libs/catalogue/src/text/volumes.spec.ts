import { describe, expect, it } from '@jest/globals';
import { readVolumes, takeVolumes } from './volumes.ts';

describe('the volumes a text asks for', () => {
  it.each([
    ['3巻ありますか', { from: 3, to: 3 }],
    ['第三巻', { from: 3, to: 3 }],
    ['２３巻', { from: 23, to: 23 }],
    ['20世紀少年の二十二巻', { from: 22, to: 22 }],
    ['ワンピース101〜105巻まで揃う？', { from: 101, to: 105 }],
    ['第１巻から第３巻', { from: 1, to: 3 }],
    ['らんま1/2の2巻ある？', { from: 2, to: 2 }],
    ['Do you have vol. 3 of Yotsuba?', { from: 3, to: 3 }],
    ['volumes 1-3 please', { from: 1, to: 3 }],
    ['the 10th volume', { from: 10, to: 10 }],
  ])('%s', (text, volumes) => {
    expect(readVolumes(text)).toEqual(volumes);
  });

  it.each(['20世紀少年', 'らんま1/2', '3月のライオン', '7SEEDS', '5巻から3巻', '0巻', 'kaiju no. 8'])('are none in %s', (text) => {
    expect(readVolumes(text)).toBeUndefined();
  });

  it('leave the title behind when they are taken out', () => {
    expect(takeVolumes('らんま1/2の2巻').rest.trim()).toBe('らんま1/2の');
  });
});
