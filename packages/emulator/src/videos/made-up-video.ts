import { createHash } from 'node:crypto';
import type { EmulatorVideo } from './video.js';

// Some of them break naive code: markup, a character outside the basic plane, right-to-left text, nothing at all.
const TITLES = ['Robot arm, part', 'Fish & <b>chips</b>', 'Late night 🌊 set', 'שלום', '', 'Q&A: "why?"'];

/** A video that looks lived-in: the same for the same account and position in every run. */
export function madeUpVideo(place: { username: string; position: number; createTime: Date }): EmulatorVideo {
  const { username, position, createTime } = place;
  const digest = createHash('sha256')
    .update(JSON.stringify(['video', username, position]))
    .digest();
  const draw = (offset: number, below: number) => digest.readUInt32BE(offset) % below;
  const title = TITLES[position % TITLES.length] ?? '';
  const views = draw(4, 900_000);
  // Odd, so that no id survives by luck what rounds it to a double.
  const tail = (digest.readBigUInt64BE(24) % 10n ** 18n) | 1n;
  return {
    id: `7${tail.toString().padStart(18, '0')}`,
    createTime,
    title: title === '' ? '' : `${title} ${position + 1}`,
    description: title === '' ? '' : `${title} ${position + 1} #emulated`,
    durationSeconds: 5 + draw(0, 175),
    width: 1_080,
    height: 1_920,
    likeCount: Math.floor(views / 12),
    commentCount: Math.floor(views / 300),
    shareCount: Math.floor(views / 500),
    viewCount: views,
    isAigc: position % 10 === 9,
    visibility: 'public',
  };
}
